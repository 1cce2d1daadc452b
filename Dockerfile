# One image for every role; the command says which: `python manage.py serve --only web`, `… worker`, `… scheduler`.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data

RUN useradd --system --uid 10001 --create-home tollgate && install --directory --owner tollgate /data

WORKDIR /app
# Dependencies first: they change less often than the code, and this layer is kept as long as the lock file stays.
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . .
# DEMO lets the settings load without production's secrets; nothing of it stays in the image.
RUN DEMO=1 DATA_DIR=/tmp/build python manage.py collectstatic --noinput && rm -rf /tmp/build

USER tollgate
VOLUME ["/data"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/live', timeout=2)"]
CMD ["python", "manage.py", "serve"]
