"""What accounts can do: register and change users, sign in and out, set passwords, verify addresses, make and revoke keys. A file each."""
