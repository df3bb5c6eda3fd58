package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is wrong with data and recipes, as somebody who sends them is told. */
final class TrainingApiTest {

  private static final String ROWS = "x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n";

  private final Deployment weir = new Deployment();
  private int uploads;

  @Test
  void aRaggedFileIsRefusedWithItsLinesOrLosesThemAsAsked() throws IOException {
    String ragged = "x,y\n1,a\n2\n3,a,b\n4,b\n";
    Deployment.Answer refused = add("{}", ragged);
    assertEquals(422, refused.status());
    assertEquals(
        "bad rows 2 > 0; the first at line 3: 1 fields, the header has 2 columns",
        refused.body().path("detail").asText());
    assertEquals("line 4", refused.body().at("/errors/1/pointer").asText());

    JsonNode added = add("{\"onBadRow\":\"drop\"}", ragged).body();
    assertEquals(2, added.path("rows").asInt());
    assertEquals(2, added.at("/profile/badRows").asInt());
    assertEquals(3, added.at("/profile/bad/0/line").asInt());
  }

  @Test
  void wrongTypesNoRowsAndTooManyColumnsAreSaid() throws IOException {
    String schema =
        """
        {"schema":{"columns":[{"name":"x","type":"integer","required":true},
                              {"name":"y","type":"text","required":true}]}}
        """;
    Deployment.Answer typed = add(schema, "x,y\n1,a\nten,b\n");
    assertEquals(422, typed.status());
    assertEquals("line 3", typed.body().at("/errors/0/pointer").asText());
    assertEquals("column x: 'ten' is not integer", typed.body().at("/errors/0/detail").asText());

    Deployment.Answer none = add("{}", "x,y\n");
    assertEquals(422, none.status());
    assertEquals("no rows: 0 bad, 0 good", none.body().path("detail").asText());

    String wide = IntStream.range(0, 1001).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    Deployment.Answer large = add("{}", wide + "\n");
    assertEquals(413, large.status());
    assertEquals("columns 1001 > 1000", large.body().path("detail").asText());
  }

  @Test
  void aRecipeThatCannotBeTrainedIsRefusedWithPathAndSuggestion() throws IOException {
    assertEquals(201, add("{}", ROWS).status());
    Deployment.Answer unknown =
        train("\"data\":{\"dataset\":\"d\",\"label\":\"y\",\"lable\":\"y\"}");
    assertEquals(422, unknown.status());
    assertEquals("/data/lable", unknown.body().at("/errors/0/pointer").asText());
    assertTrue(
        unknown.body().at("/errors/0/detail").asText().contains("did you mean 'label'?"),
        unknown.body().toString());

    add("{\"name\":\"same\"}", "x,y\n" + "1,a\n".repeat(30));
    Deployment.Answer one = train("\"data\":{\"dataset\":\"same\",\"label\":\"y\"}");
    assertEquals(422, one.status());
    assertEquals("/data/label", one.body().at("/errors/0/pointer").asText());
    assertEquals(
        "column 'y' has 1 class; 2 are needed", one.body().at("/errors/0/detail").asText());
    assertEquals(0, weir.control("GET", "/control/v1/jobs", null).body().path("items").size());
  }

  @Test
  void subjectsAreCountedAndPagedWithoutTheirNames() throws IOException {
    String schema =
        """
        {"schema":{"subject":"who","columns":[{"name":"x","type":"text","required":true},
                                              {"name":"who","type":"text","required":true}]}}
        """;
    JsonNode added = add(schema, "x,who\nhi,slack/T1/U1\nyes,slack/T1/U2\n").body();
    assertEquals(2, added.path("subjects").asInt());
    assertTrue(!added.toString().contains("U1"), added.toString());
    JsonNode listed = weir.control("GET", "/control/v1/datasets", null).body();
    assertEquals(2, listed.at("/items/0/subjects").asInt());

    String path = "/control/v1/datasets/d/1/subjects?limit=1";
    JsonNode first = weir.control("GET", path, null).body();
    String next = first.path("next").asText();
    JsonNode second = weir.control("GET", path + "&page=" + next, null).body();
    assertEquals(64, first.at("/items/0").asText().length());
    assertEquals(64, second.at("/items/0").asText().length());
    assertTrue(!first.at("/items/0").equals(second.at("/items/0")), second.toString());
    assertTrue(!second.has("next"), second.toString());
  }

  /** Adds dataset {@code d}, or what the given fields say. */
  private Deployment.Answer add(String fields, String content) throws IOException {
    String upload = "u" + ++uploads;
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    weir.ports.blobs().put("uploads/" + upload, new ByteArrayInputStream(bytes), bytes.length);
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("name", "d").put("format", "csv").put("upload", upload);
    body.setAll((ObjectNode) Json.parseTree(fields));
    return weir.control("POST", "/control/v1/datasets", Json.write(body));
  }

  private Deployment.Answer train(String data) {
    return weir.control(
        "POST",
        "/control/v1/jobs",
        "{\"model\":\"m\",\"recipe\":{\"recipe\":\"tabular-classification\"," + data + "}}");
  }
}
