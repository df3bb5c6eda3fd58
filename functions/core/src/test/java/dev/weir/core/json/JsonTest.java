package dev.weir.core.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.catalog.Charge;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JsonTest {

  record Plan(String name, int cents, Optional<String> note) {}

  private static String problem(String json) {
    return assertThrows(ProblemException.class, () -> Json.parse(json, Plan.class))
        .problem()
        .detail();
  }

  @Test
  void absentOptionalsAreEmptyAndNotWritten() {
    Plan plan = Json.parse("{\"name\":\"a\",\"cents\":1}", Plan.class);
    assertEquals(new Plan("a", 1, Optional.empty()), plan);
    assertEquals("{\"name\":\"a\",\"cents\":1}", Json.write(plan));
  }

  @Test
  void malformedJsonIsSaidWithLineAndColumn() {
    assertEquals(
        "malformed JSON at line 2 column 2: Unexpected character ('}' (code 125)): was expecting"
            + " double-quote to start field name",
        problem("{\"name\":\"a\",\n }"));
  }

  @Test
  void missingFieldsAreNamed() {
    assertEquals("field \"name\" is missing at /name", problem("{\"cents\":1}"));
  }

  @Test
  void unknownFieldsAndWrongTypesAreRefused() {
    assertEquals(
        "field \"prise\" is not known at /prise",
        problem("{\"name\":\"a\",\"cents\":1,\"prise\":2}"));
    assertThrows(ProblemException.class, () -> Json.parse("{\"name\":1,\"cents\":1}", Plan.class));
    assertThrows(
        ProblemException.class, () -> Json.parse("{\"name\":\"a\",\"cents\":\"1\"}", Plan.class));
  }

  @Test
  void whatIsOfAnotherTypeIsSaidWithoutTheNamesOfClasses() {
    assertEquals(
        "field /cents is not a whole number at line 1 column 21",
        problem("{\"name\":\"a\",\"cents\":1.5}"));
    assertEquals("field /name is not text at line 1 column 9", problem("{\"name\":1,\"cents\":1}"));
    assertTrue(problem("[]").startsWith("the JSON is not an object"), problem("[]"));
    assertEquals("null is no Plan", problem("null"));
    assertTrue(problem("{\"name\":").startsWith("malformed JSON at"), problem("{\"name\":"));
    ProblemException type =
        assertThrows(
            ProblemException.class, () -> Json.parse("{\"type\":\"perunit\"}", Charge.class));
    assertTrue(type.problem().detail().startsWith("type \"perunit\" at line 1"), type.getMessage());
    assertTrue(type.problem().detail().contains("is not one of commitment, "), type.getMessage());
    ProblemException none =
        assertThrows(ProblemException.class, () -> Json.parse("{}", Charge.class));
    assertTrue(none.getMessage().startsWith("field \"type\" is missing"), none.getMessage());
  }

  record Price(long micros) {
    Price {
      if (micros < 0) {
        throw new IllegalArgumentException("price " + micros + " < 0");
      }
    }
  }

  record Offer(List<Price> prices) {}

  @Test
  void aRuleOfTheTypeIsSaidInItsOwnWordsAndWhere() {
    Problem problem =
        assertThrows(
                ProblemException.class,
                () -> Json.parse("{\"prices\":[{\"micros\":1},{\"micros\":-1}]}", Offer.class))
            .problem();
    assertEquals(422, problem.status());
    assertEquals("price -1 < 0", problem.detail());
    assertEquals(List.of(new Problem.Violation("/prices/1", "price -1 < 0")), problem.errors());
  }

  @Test
  void duplicateKeysAndTrailingTextAreRefused() {
    assertThrows(
        ProblemException.class,
        () -> Json.parse("{\"name\":\"a\",\"name\":\"b\",\"cents\":1}", Plan.class));
    assertThrows(
        ProblemException.class, () -> Json.parse("{\"name\":\"a\",\"cents\":1} x", Plan.class));
  }
}
