// Starts Swagger UI, whose script has put SwaggerUIBundle into the window, on the schema that the page names.

const place = document.getElementById("swagger-ui");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  ...JSON.parse(place.dataset.settings),
});
