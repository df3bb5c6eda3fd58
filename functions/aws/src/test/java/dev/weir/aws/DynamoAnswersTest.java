package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What DynamoDB answers when things go wrong, which DynamoDB Local never does. */
final class DynamoAnswersTest {

  private static final Key KEY = new Key("job/1", "state");
  private static final List<Write> ONE = List.of(Write.put(KEY, "{\"a\":1}", Condition.ABSENT));
  private static final List<Write> PUT =
      List.of(ONE.getFirst(), Write.check(new Key("job/1", "lock"), Condition.ABSENT));
  private static final String CONFLICT =
      "{\"__type\":\"com.amazonaws#TransactionCanceledException\",\"message\":\"because\","
          + "\"CancellationReasons\":[{\"Code\":\"TransactionConflict\"},{\"Code\":\"None\"}]}";

  private final FakeHttp http = new FakeHttp();
  private final Table table = http.ports().table();

  @Test
  void commitIsOneTransactionOnTheTableWithItsConditionAndToken() {
    http.answers("{}");

    assertEquals(new Outcome.Applied(), table.commit(PUT));

    FakeHttp.Sent sent = http.only();
    assertEquals("TransactWriteItems", sent.operation());
    var put = sent.json().at("/TransactItems/0/Put");
    assertEquals("weir-table", put.path("TableName").asText());
    assertEquals("job/1", put.at("/Item/p/S").asText());
    assertEquals("state", put.at("/Item/s/S").asText());
    assertEquals("{\"a\":1}", put.at("/Item/b/S").asText());
    assertEquals("1", put.at("/Item/v/N").asText());
    assertEquals(
        "(attribute_not_exists(p) OR m <= :now)", put.path("ConditionExpression").asText());
    assertEquals(36, sent.json().path("ClientRequestToken").asText().length());
  }

  @Test
  void throttledCommitWroteNothingAndIsAConflict() {
    for (int i = 0; i < DynamoTable.REBUILD_MAX; i++) {
      http.fails(400, "ThrottlingException");
    }

    assertEquals(new Outcome.Conflict(), table.commit(PUT));
    assertEquals(DynamoTable.REBUILD_MAX, http.sent().size());
  }

  @Test
  void transactionInTheWayIsAConflict() {
    for (int i = 0; i < DynamoTable.REBUILD_MAX; i++) {
      http.answers(400, CONFLICT, Map.of("x-amzn-errortype", "TransactionCanceledException"));
    }

    assertEquals(new Outcome.Conflict(), table.commit(PUT));
  }

  @Test
  void conflictThatPassesIsAppliedAtTheNextTryUnderANewToken() {
    http.answers(400, CONFLICT, Map.of("x-amzn-errortype", "TransactionCanceledException"))
        .answers("{}");

    assertEquals(new Outcome.Applied(), table.commit(PUT));
    assertNotEquals(
        http.sent().get(0).json().path("ClientRequestToken"),
        http.sent().get(1).json().path("ClientRequestToken"));
  }

  @Test
  void lostAnswerIsUnknown() {
    http.losesAnswer();

    assertEquals(new Outcome.Unknown(), table.commit(PUT));
    assertEquals(1, http.sent().size());
  }

  @Test
  void serverErrorIsUnknown() {
    http.fails(500, "InternalServerError");

    assertEquals(new Outcome.Unknown(), table.commit(PUT));
  }

  @Test
  void clientRepeatsALostCommitUnderItsTokenSoThatItIsAppliedOnce() {
    http.losesAnswer().answers("{}");

    assertEquals(new Outcome.Applied(), http.retryingPorts().table().commit(PUT));
    assertEquals(
        http.sent().get(0).json().path("ClientRequestToken"),
        http.sent().get(1).json().path("ClientRequestToken"));
  }

  @Test
  void refusalOfTheRequestItselfIsAnError() {
    http.fails(400, "ResourceNotFoundException");

    PortException e = assertThrows(PortException.class, () -> table.commit(PUT));
    assertEquals(true, String.valueOf(e.getMessage()).contains("weir-table"));
  }

  @Test
  void throttledReadIsAnErrorAndNotAnAbsentItem() {
    http.fails(400, "ProvisionedThroughputExceededException");

    assertThrows(PortException.class, () -> table.get(KEY));
    assertEquals("GetItem", http.only().operation());
    assertEquals(true, http.only().json().path("ConsistentRead").asBoolean());
  }

  @Test
  void failedConditionIsRefusedWithItsIndex() {
    http.answers(
        400,
        "{\"__type\":\"com.amazonaws#TransactionCanceledException\",\"CancellationReasons\":"
            + "[{\"Code\":\"ConditionalCheckFailed\",\"Item\":{\"p\":{\"S\":\"job/1\"},"
            + "\"s\":{\"S\":\"state\"},\"v\":{\"N\":\"7\"}}},{\"Code\":\"None\"}]}",
        Map.of("x-amzn-errortype", "TransactionCanceledException"));

    Outcome outcome = table.commit(PUT);
    assertEquals(0, assertInstanceOf(Outcome.Refused.class, outcome).index());
  }

  @Test
  void commitOfOneWriteIsAPlainConditionalWrite() {
    http.answers("{}").answers("{}").answers("{}");

    assertEquals(new Outcome.Applied(), table.commit(ONE));
    assertEquals(new Outcome.Applied(), table.commit(List.of(Write.add(KEY, Map.of("n", 1L)))));
    assertEquals(new Outcome.Applied(), table.commit(List.of(Write.delete(KEY))));

    assertEquals(
        List.of("PutItem", "UpdateItem", "DeleteItem"),
        http.sent().stream().map(FakeHttp.Sent::operation).toList());
    var put = http.sent().getFirst().json();
    assertEquals("{\"a\":1}", put.at("/Item/b/S").asText());
    assertEquals(
        "(attribute_not_exists(p) OR m <= :now)", put.path("ConditionExpression").asText());
    assertEquals("ALL_OLD", put.path("ReturnValuesOnConditionCheckFailure").asText());
  }

  @Test
  void plainWriteIsNeverSentTwiceBecauseASecondOneWouldNotKnowTheFirst() {
    http.losesAnswer().answers("{}");

    assertEquals(new Outcome.Unknown(), http.retryingPorts().table().commit(ONE));
    assertEquals(1, http.sent().size());
  }

  @Test
  void plainWriteWhoseConditionFailedIsRefusedUnlessWhatLiesThereHasExpired() {
    String there =
        "{\"__type\":\"com.amazonaws#ConditionalCheckFailedException\",\"message\":\"no\","
            + "\"Item\":{\"p\":{\"S\":\"job/1\"},\"s\":{\"S\":\"state\"},\"v\":{\"N\":\"7\"}}}";
    Map<String, String> type = Map.of("x-amzn-errortype", "ConditionalCheckFailedException");
    http.answers(400, there, type);
    assertEquals(new Outcome.Refused(0), table.commit(ONE));

    http.answers(400, there.replace("\"N\":\"7\"}", "\"N\":\"7\"},\"m\":{\"N\":\"1\"}"), type);
    http.answers("{}");
    assertEquals(new Outcome.Applied(), table.commit(ONE));
    assertEquals("v = :v", http.sent().getLast().json().path("ConditionExpression").asText());
  }
}
