package dev.weir.gateway.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes an OpenAPI 3.1 document. Not thread-safe. */
public final class Document {

  private static final Pattern SEGMENT = Pattern.compile("\\{([^}]+)\\}");
  private static final Pattern WORD = Pattern.compile("[^A-Za-z0-9]+([A-Za-z0-9]?)");

  private final ObjectNode root = Json.MAPPER.createObjectNode();
  private final ObjectNode paths;
  private final Schemas schemas;

  public Document(String title, String version, String description) {
    root.put("openapi", "3.1.0");
    root.putObject("info")
        .put("title", title)
        .put("version", version)
        .put("description", description);
    root.putArray("servers").addObject().put("url", "/");
    root.putArray("tags");
    this.paths = root.putObject("paths");
    ObjectNode components = root.putObject("components");
    fixed().properties().forEach(part -> components.set(part.getKey(), part.getValue()));
    this.schemas = new Schemas((ObjectNode) components.path("schemas"));
  }

  /** What is the same for all routes, and the bodies that are other people's protocols. */
  private static JsonNode fixed() {
    try (InputStream in = Document.class.getResourceAsStream("components.json")) {
      if (in == null) {
        throw new IllegalStateException("components.json is not in this jar");
      }
      return Json.MAPPER.readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException("components.json cannot be read", e);
    }
  }

  /**
   * Adds an API.
   *
   * @param scheme the security scheme of its routes
   */
  public Document add(String tag, String description, String scheme, List<Described> routes) {
    ((ArrayNode) root.path("tags")).addObject().put("name", tag).put("description", description);
    routes.forEach(route -> add(tag, scheme, route));
    return this;
  }

  private void add(String tag, String scheme, Described route) {
    String[] parts = route.route().split(" ", 2);
    ObjectNode item = paths.withObjectProperty(parts[1]);
    ObjectNode operation = item.putObject(parts[0].toLowerCase(Locale.ROOT));
    operation.put("operationId", operationId(route.route()));
    operation.putArray("tags").add(tag);
    operation.put("summary", route.summary());
    ArrayNode security = operation.putArray("security");
    if (!route.open()) {
      security.addObject().putArray(scheme);
    }
    parameters(operation, route, parts[1]);
    route
        .body()
        .ifPresent(body -> {
          ObjectNode request = operation.putObject("requestBody").put("required", true);
          request.putObject("content").putObject("application/json").set("schema", schema(body));
        });
    responses(operation, route);
  }

  private static void parameters(ObjectNode operation, Described route, String path) {
    ArrayNode parameters = Json.MAPPER.createArrayNode();
    Matcher segments = SEGMENT.matcher(path);
    while (segments.find()) {
      parameter(parameters, "path", segments.group(1)).put("required", true);
    }
    route
        .query()
        .forEach(query ->
            parameter(parameters, "query", query.name()).put("description", query.description()));
    if (route.retriable()) {
      parameters.addObject().put("$ref", "#/components/parameters/IdempotencyKey");
    }
    if (route.deferrable()) {
      parameters.addObject().put("$ref", "#/components/parameters/Prefer");
    }
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
  }

  private static ObjectNode parameter(ArrayNode parameters, String in, String name) {
    ObjectNode parameter = parameters.addObject().put("name", name).put("in", in);
    boolean number = name.equals("limit") || name.equals("version");
    parameter.putObject("schema").put("type", number ? "integer" : "string");
    return parameter;
  }

  private void responses(ObjectNode operation, Described route) {
    ObjectNode responses = operation.putObject("responses");
    ObjectNode success =
        responses.putObject(Integer.toString(route.status())).put("description", "Done.");
    route
        .answer()
        .ifPresent(answer -> {
          ObjectNode content = success.putObject("content");
          for (String mediaType : route.mediaTypes()) {
            content
                .putObject(mediaType)
                .set("schema", mediaType.endsWith("json") ? schema(answer) : text());
          }
        });
    if (route.deferrable()) {
      refer(responses, "202", "Accepted");
    }
    if (!route.open()) {
      refer(responses, "401", "Unauthorized");
    }
    if (route.retriable()) {
      refer(responses, "409", "Conflict");
    }
    refer(responses, "429", "Busy");
    refer(responses, "503", "Busy");
    refer(responses, "default", "Problem");
  }

  private static void refer(ObjectNode responses, String status, String response) {
    responses.putObject(status).put("$ref", "#/components/responses/" + response);
  }

  private static ObjectNode text() {
    return Json.MAPPER.createObjectNode().put("type", "string");
  }

  private ObjectNode schema(Described.Shape shape) {
    return switch (shape) {
      case Described.Of(Class<?> type) -> schemas.of(type);
      case Described.Named(String name) ->
          Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
      case Described.ListOf(Class<?> type) -> {
        ObjectNode page = Json.MAPPER.createObjectNode().put("type", "object");
        ObjectNode properties = page.putObject("properties");
        properties.putObject("items").put("type", "array").set("items", schemas.of(type));
        properties
            .putObject("next")
            .put("type", "string")
            .put("description", "The value of `page` for what follows; absent at the end.");
        page.putArray("required").add("items");
        yield page;
      }
    };
  }

  private static String operationId(String route) {
    return WORD.matcher(route.toLowerCase(Locale.ROOT).replace("/v1/", "/").replace("}", ""))
        .replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
  }

  /** The whole document. */
  public String json() {
    return Json.write(root);
  }
}
