package dev.weir.aws;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.TableRules;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Writes as items of a DynamoDB transaction.
 *
 * <p>An update cannot drop the attributes it does not name, and a put cannot count a version up. So
 * a put knows the version it replaces: from its condition, or from a read before the commit, which
 * then becomes the condition. A counter add needs no read: it is one update, unless an expired item
 * lies in its place, which the failed condition brings back.
 */
final class DynamoWrites {

  private static final ReturnValuesOnConditionCheckFailure OLD =
      ReturnValuesOnConditionCheckFailure.ALL_OLD;

  private DynamoWrites() {}

  /** What a read, or a failed condition, showed to lie there. */
  record Seen(Optional<Item> item) {

    boolean isExpired(Instant now) {
      return item.isPresent() && TableRules.live(item, now).isEmpty();
    }
  }

  /** Whether the item must be read before the commit. */
  static boolean needsVersion(Write write) {
    return write instanceof Write.Put put
        && !(put.condition() instanceof Condition.Absent)
        && !(put.condition() instanceof Condition.AtVersion);
  }

  /**
   * The transaction's item.
   *
   * @param known what is known to lie there, or null where nothing was read
   */
  static TransactWriteItem item(String table, Write write, @Nullable Seen known, Instant now) {
    Expression expression = new Expression(now);
    return switch (write) {
      case Write.Put put -> put(table, put, known, expression, now);
      case Write.Add add when known != null && known.isExpired(now) -> {
        Item fresh = TableRules.after(add, Optional.empty()).orElseThrow();
        expression.sameAs(known.item());
        yield put(table, fresh, expression);
      }
      case Write.Add add -> add(table, add, expression);
      case Write.Delete delete -> {
        expression.require(delete.condition());
        Delete.Builder builder = Delete.builder().tableName(table);
        builder.key(DynamoItems.key(delete.key())).returnValuesOnConditionCheckFailure(OLD);
        if (!expression.isEmpty()) {
          builder.conditionExpression(expression.text());
          builder.expressionAttributeNames(expression.names());
          builder.expressionAttributeValues(expression.values());
        }
        yield TransactWriteItem.builder().delete(builder.build()).build();
      }
      case Write.Check check -> {
        expression.require(check.condition());
        if (expression.isEmpty()) {
          expression.anything();
        }
        ConditionCheck.Builder builder = ConditionCheck.builder().tableName(table);
        builder.key(DynamoItems.key(check.key())).returnValuesOnConditionCheckFailure(OLD);
        builder.conditionExpression(expression.text());
        builder.expressionAttributeNames(expression.names());
        builder.expressionAttributeValues(expression.values());
        yield TransactWriteItem.builder().conditionCheck(builder.build()).build();
      }
    };
  }

  private static TransactWriteItem put(
      String table, Write.Put put, @Nullable Seen known, Expression expression, Instant now) {
    Optional<Item> live;
    if (known != null) {
      live = TableRules.live(known.item(), now);
      expression.sameAs(known.item());
    } else if (put.condition() instanceof Condition.AtVersion at) {
      live = Optional.of(new Item(put.key(), at.version(), Map.of(), "{}", Optional.empty()));
      expression.require(put.condition());
    } else {
      live = Optional.empty();
      expression.require(put.condition());
    }
    return put(table, TableRules.after(put, live).orElseThrow(), expression);
  }

  private static TransactWriteItem put(String table, Item item, Expression expression) {
    Put.Builder builder = Put.builder().tableName(table).item(DynamoItems.attributes(item));
    builder.returnValuesOnConditionCheckFailure(OLD).conditionExpression(expression.text());
    builder.expressionAttributeNames(expression.names());
    builder.expressionAttributeValues(expression.values());
    return TransactWriteItem.builder().put(builder.build()).build();
  }

  private static TransactWriteItem add(String table, Write.Add add, Expression expression) {
    List<String> sums = new ArrayList<>();
    expression.value(":one", DynamoItems.number(1));
    sums.add("v :one");
    int i = 0;
    for (Map.Entry<String, Long> delta : add.deltas().entrySet()) {
      expression.name("#c" + i, DynamoItems.COUNTER + delta.getKey());
      expression.value(":c" + i, DynamoItems.number(delta.getValue()));
      sums.add("#c" + i + " :c" + i);
      expression.within("#c" + i, i, delta.getValue());
      i++;
    }
    expression.notExpired();
    expression.require(add.condition());
    Update.Builder builder = Update.builder().tableName(table).key(DynamoItems.key(add.key()));
    builder.updateExpression("ADD " + String.join(", ", sums));
    builder.returnValuesOnConditionCheckFailure(OLD).conditionExpression(expression.text());
    builder.expressionAttributeNames(expression.names());
    builder.expressionAttributeValues(expression.values());
    return TransactWriteItem.builder().update(builder.build()).build();
  }

  /** A condition expression with its names and values. */
  private static final class Expression {
    private final Instant now;
    private final List<String> parts = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, AttributeValue> values = new HashMap<>();

    Expression(Instant now) {
      this.now = now;
    }

    boolean isEmpty() {
      return parts.isEmpty();
    }

    String text() {
      return String.join(" AND ", parts);
    }

    /** Null where there are none: DynamoDB refuses an empty map. */
    @SuppressWarnings("NullAway") // the builders take null for "not set"
    Map<String, String> names() {
      return names.isEmpty() ? null : names;
    }

    @SuppressWarnings("NullAway") // the builders take null for "not set"
    Map<String, AttributeValue> values() {
      return values.isEmpty() ? null : values;
    }

    void name(String name, String attribute) {
      names.put(name, attribute);
    }

    void value(String name, AttributeValue value) {
      values.put(name, value);
    }

    void anything() {
      parts.add("(attribute_exists(p) OR attribute_not_exists(p))");
    }

    private void now() {
      values.put(":now", DynamoItems.number(now.toEpochMilli()));
    }

    void notExpired() {
      now();
      parts.add("(attribute_not_exists(m) OR m > :now)");
    }

    /** Exactly what was read is still there, expired or not. */
    void sameAs(Optional<Item> known) {
      if (known.isEmpty()) {
        parts.add("attribute_not_exists(p)");
      } else {
        values.put(":v", DynamoItems.number(known.get().version()));
        parts.add("v = :v");
      }
    }

    /** The sum stays in the range of a long. */
    void within(String name, int i, long delta) {
      long bound = delta >= 0 ? Long.MAX_VALUE - delta : Long.MIN_VALUE - delta;
      values.put(":b" + i, DynamoItems.number(bound));
      String compare = delta >= 0 ? " <= :b" : " >= :b";
      parts.add("(attribute_not_exists(" + name + ") OR " + name + compare + i + ")");
    }

    void require(Condition condition) {
      switch (condition) {
        case Condition.Always _ -> {}
        case Condition.Absent _ -> {
          now();
          parts.add("(attribute_not_exists(p) OR m <= :now)");
        }
        case Condition.Present _ -> {
          parts.add("attribute_exists(p)");
          notExpired();
        }
        case Condition.AtVersion at -> {
          values.put(":v", DynamoItems.number(at.version()));
          parts.add("v = :v");
          notExpired();
        }
        case Condition.AtMost most -> counter(most.counter(), "<=", most.max());
        case Condition.Equals equal -> counter(equal.counter(), "=", equal.value());
      }
    }

    /** An absent or expired item's counters are 0. */
    private void counter(String counter, String compare, long bound) {
      names.put("#k", DynamoItems.COUNTER + counter);
      values.put(":k", DynamoItems.number(bound));
      boolean zeroHolds = compare.equals("<=") ? bound >= 0 : bound == 0;
      if (zeroHolds) {
        now();
        parts.add("(attribute_not_exists(#k) OR #k " + compare + " :k OR m <= :now)");
      } else {
        parts.add("#k " + compare + " :k");
        notExpired();
      }
    }
  }
}
