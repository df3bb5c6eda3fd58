package dev.weir.aws;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Table;
import dev.weir.core.port.TableRules;
import dev.weir.core.port.Utf8Order;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * {@link Table} on one DynamoDB table with keys {@code p} and {@code s}.
 *
 * <p>A commit of several writes is a transaction with a token, so that the client's own retries
 * after a lost answer are applied once. A commit of one write is a plain conditional write, which
 * costs half; it has no token, so it is sent once and a lost answer is {@link Outcome.Unknown}.
 * What was there is asked back with a failed condition, because an expired item must read as absent
 * while it still lies there: see {@link DynamoWrites}.
 */
final class DynamoTable implements Table {

  /** How often a commit is built again because what it had read has moved meanwhile. */
  static final int REBUILD_MAX = 3;

  private static final String CONDITION_FAILED = "ConditionalCheckFailed";

  private final DynamoDbClient client;
  private final DynamoDbClient once;
  private final String table;
  private final InstantSource clock;

  /**
   * @param once a client that sends each request once
   */
  DynamoTable(DynamoDbClient client, DynamoDbClient once, String table, InstantSource clock) {
    this.client = client;
    this.once = once;
    this.table = table;
    this.clock = clock;
  }

  @Override
  public Optional<Item> get(Key key) {
    return TableRules.live(read(key), clock.instant());
  }

  private Optional<Item> read(Key key) {
    GetItemRequest request =
        GetItemRequest.builder()
            .tableName(table)
            .key(DynamoItems.key(key))
            .consistentRead(true)
            .build();
    try {
      return DynamoItems.item(client.getItem(request).item());
    } catch (SdkException e) {
      throw new PortException("table " + table + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Page query(Query query) {
    TableRules.check(query);
    if (!query.to().isEmpty() && Utf8Order.INSTANCE.compare(query.from(), query.to()) >= 0) {
      return new Page(List.of(), Optional.empty()); // DynamoDB refuses what can hold nothing
    }
    Instant now = clock.instant();
    List<Item> found = new ArrayList<>();
    Optional<String> after = query.token().map(TableRules::lastSort);
    while (true) {
      QueryResponse response = page(query, after, query.limit() - found.size());
      for (Map<String, AttributeValue> attributes : response.items()) {
        DynamoItems.item(attributes)
            .filter(i -> TableRules.live(Optional.of(i), now).isPresent())
            .filter(i -> query.to().isEmpty() || !i.key().sort().equals(query.to()))
            .ifPresent(found::add);
      }
      if (!response.hasLastEvaluatedKey() || response.lastEvaluatedKey().isEmpty()) {
        return new Page(found, Optional.empty());
      }
      after = Optional.of(DynamoItems.get(response.lastEvaluatedKey(), "s").s());
      if (found.size() >= query.limit()) {
        return new Page(found, after.map(TableRules::token));
      }
    }
  }

  private QueryResponse page(Query query, Optional<String> after, int limit) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":p", DynamoItems.text(query.partition()));
    String condition = "p = :p";
    if (!query.from().isEmpty()) {
      values.put(":from", DynamoItems.text(query.from()));
    }
    if (!query.to().isEmpty()) {
      values.put(":to", DynamoItems.text(query.to()));
    }
    if (!query.from().isEmpty() && !query.to().isEmpty()) {
      condition += " AND s BETWEEN :from AND :to";
    } else if (!query.from().isEmpty()) {
      condition += " AND s >= :from";
    } else if (!query.to().isEmpty()) {
      condition += " AND s < :to";
    }
    QueryRequest.Builder request =
        QueryRequest.builder()
            .tableName(table)
            .consistentRead(true)
            .scanIndexForward(!query.descending())
            .limit(limit)
            .keyConditionExpression(condition)
            .expressionAttributeValues(values);
    after.ifPresent(
        sort -> request.exclusiveStartKey(DynamoItems.key(new Key(query.partition(), sort))));
    try {
      return client.query(request.build());
    } catch (SdkException e) {
      throw new PortException("table " + table + " cannot be queried: " + e.getMessage(), e);
    }
  }

  @Override
  public Outcome commit(List<Write> writes) {
    TableRules.check(writes);
    Map<Key, DynamoWrites.Seen> known = new HashMap<>();
    for (Write write : writes) {
      if (DynamoWrites.needsVersion(write)) {
        known.put(write.key(), new DynamoWrites.Seen(read(write.key())));
      }
    }
    Outcome outcome = new Outcome.Conflict();
    for (int i = 0; i < REBUILD_MAX && outcome instanceof Outcome.Conflict; i++) {
      Instant now = clock.instant();
      Optional<Outcome> refused = refusedAlready(writes, known, now);
      outcome = refused.isPresent() ? refused.get() : send(writes, known, now);
    }
    return outcome;
  }

  /** Saves a transaction where what is known already breaks a condition. */
  private static Optional<Outcome> refusedAlready(
      List<Write> writes, Map<Key, DynamoWrites.Seen> known, Instant now) {
    boolean allKnown = true;
    for (int i = 0; i < writes.size(); i++) {
      DynamoWrites.Seen seen = known.get(writes.get(i).key());
      if (seen == null) {
        allKnown = false;
        continue;
      }
      Optional<Item> live = TableRules.live(seen.item(), now);
      if (!TableRules.holds(writes.get(i).condition(), live)) {
        // The lowest index counts, and what is not known may break at a lower one.
        return allKnown ? Optional.of(new Outcome.Refused(i)) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Outcome send(List<Write> writes, Map<Key, DynamoWrites.Seen> known, Instant now) {
    List<TransactWriteItem> items = new ArrayList<>();
    for (Write write : writes) {
      items.add(DynamoWrites.item(table, write, known.get(write.key()), now));
    }
    try {
      if (items.size() == 1 && items.getFirst().conditionCheck() == null) {
        DynamoSingle.send(once, items.getFirst());
      } else {
        client.transactWriteItems(
            r -> r.transactItems(items).clientRequestToken(UUID.randomUUID().toString()));
      }
      return new Outcome.Applied();
    } catch (TransactionCanceledException e) {
      return canceled(writes, known, e.cancellationReasons(), now);
    } catch (ConditionalCheckFailedException e) {
      CancellationReason.Builder reason = CancellationReason.builder().code(CONDITION_FAILED);
      if (e.hasItem()) {
        reason.item(e.item());
      }
      return canceled(writes, known, List.of(reason.build()), now);
    } catch (IdempotentParameterMismatchException | SdkClientException e) {
      return new Outcome.Unknown();
    } catch (DynamoDbException e) {
      if (Throttles.is(e) || "TransactionInProgressException".equals(code(e))) {
        return Throttles.is(e) ? new Outcome.Conflict() : new Outcome.Unknown();
      }
      if (e.statusCode() >= 500) {
        return new Outcome.Unknown();
      }
      throw new PortException("table " + table + " refused a commit: " + e.getMessage(), e);
    }
  }

  private static String code(DynamoDbException e) {
    return e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
  }

  /** Judges by what was there: a broken condition is Refused, all else is a conflict to retry. */
  private Outcome canceled(
      List<Write> writes,
      Map<Key, DynamoWrites.Seen> known,
      List<CancellationReason> reasons,
      Instant now) {
    if (reasons.size() != writes.size()) {
      return new Outcome.Conflict();
    }
    int refused = -1;
    for (int i = 0; i < reasons.size(); i++) {
      CancellationReason reason = reasons.get(i);
      Write write = writes.get(i);
      if ("ValidationError".equals(reason.code())) {
        throw new IllegalArgumentException(write.key() + ": " + reason.message());
      }
      if (!CONDITION_FAILED.equals(reason.code())) {
        continue;
      }
      Optional<Item> there = reason.hasItem() ? DynamoItems.item(reason.item()) : Optional.empty();
      Optional<Item> live = TableRules.live(there, now);
      if (!TableRules.holds(write.condition(), live)) {
        refused = refused < 0 ? i : refused;
        continue;
      }
      TableRules.after(write, live); // says so where a counter would overflow
      known.put(write.key(), new DynamoWrites.Seen(there));
    }
    return refused >= 0 ? new Outcome.Refused(refused) : new Outcome.Conflict();
  }
}
