package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The document is held to the routers, to itself, and to what is answered. */
final class OpenApiTest {

  private final Deployment weir = new Deployment();
  private final JsonNode document =
      Deployment.call(weir.infer, "GET", "/openapi.json", "", Map.of()).body();

  @Test
  void everyRouteIsDescribedAndNothingElse() {
    TreeSet<String> described = new TreeSet<>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .fieldNames()
                .forEachRemaining(method ->
                    described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    TreeSet<String> routed = new TreeSet<>();
    Stream.of(weir.control, weir.infer, weir.agent)
        .forEach(api -> routed.addAll(api.router().routes()));
    assertEquals(String.join("\n", routed), String.join("\n", described));
  }

  @Test
  void everyReferenceIsThereAndOperationIdsAreUnique() {
    assertEquals("3.1.0", document.path("openapi").asText());
    List<JsonNode> references = document.findValues("$ref");
    assertFalse(references.isEmpty());
    for (JsonNode reference : references) {
      assertTrue(document.at(reference.asText().substring(1)).isObject(), reference.asText());
    }
    List<String> ids = new ArrayList<>(document.findValuesAsText("operationId"));
    assertEquals(ids.size(), new TreeSet<>(ids).size(), ids.toString());
    document
        .at("/components/schemas")
        .properties()
        .forEach(schema -> assertFalse(schema.getValue().isEmpty(), schema.getKey()));
  }

  @Test
  void everySuccessHasAShapeAndEveryFailureIsAProblem() {
    for (JsonNode path : document.path("paths")) {
      for (JsonNode operation : path) {
        String id = operation.path("operationId").asText();
        JsonNode responses = operation.path("responses");
        long successes =
            responses.properties().stream()
                .filter(r -> r.getKey().startsWith("2"))
                .filter(r ->
                    r.getValue().at("/content/application~1json/schema").isObject()
                        || r.getValue().at("/content/application~1pdf/schema").isObject())
                .count();
        assertEquals(1, successes, id);
        assertEquals(
            "#/components/responses/Problem", responses.path("default").path("$ref").asText(), id);
      }
    }
    JsonNode issue = document.at("/paths/~1control~1v1~1keys/post");
    assertEquals("#/components/parameters/IdempotencyKey", issue.at("/parameters/0/$ref").asText());
    assertTrue(document.at("/components/responses/Busy/headers/Retry-After").isObject());
    JsonNode page = document.at("/paths/~1control~1v1~1agreements/get");
    assertTrue(page.toString().contains("\"page\""), page.toString());
    assertTrue(page.toString().contains("\"next\""), page.toString());
  }

  /** The schemas are of the records that are written; an answer shows that they are read right. */
  @Test
  void anAnswerHasTheFieldsThatItsSchemaRequires() {
    weir.control(
        "PUT",
        "/control/v1/endpoints/chat",
        """
        {"remote":{"baseUrl":"http://127.0.0.1:9/v1","model":"m","inputPriceMicros":5}}\
        """);
    Deployment.Answer sold =
        weir.control("POST", "/control/v1/agreements", "{\"customer\":\"A\",\"planId\":\"chat\"}");
    assertEquals(201, sold.status(), sold.body().toString());
    JsonNode schema = document.at("/components/schemas/AgreementView");
    for (JsonNode required : schema.path("required")) {
      assertTrue(sold.body().has(required.asText()), required.asText());
    }
    sold.body()
        .fieldNames()
        .forEachRemaining(field -> assertTrue(schema.path("properties").has(field), field));
    assertEquals("direct-usd", sold.body().path("billedThrough").asText());
    assertEquals(
        sold.body(),
        weir.control("POST", "/control/v1/agreements", "{\"customer\":\"A\",\"planId\":\"chat\"}")
            .body(),
        "the same sale is made once");
    assertEquals(
        Json.parseTree("[\"ACTIVE\",\"PAUSED\",\"ENDED\"]"), schema.at("/properties/state/enum"));
  }
}
