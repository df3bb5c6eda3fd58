package dev.weir.core.account;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Ids;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Customers and agreements, and the names that channels have for them. Thread-safe. */
public final class Accounts {

  /** How long a claim code can be redeemed. */
  public static final Duration CLAIM_LIFETIME = Duration.ofDays(30);

  /** How long it is known in one read that an agreement ended. */
  public static final Duration ENDED_LISTED = Duration.ofDays(60);

  /** The most channels that one agreement can have an identity in. */
  public static final int CHANNELS_MAX = 16;

  private final Table table;
  private final InstantSource clock;
  private final Ids ids;

  public Accounts(Ports ports) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.ids = new Ids(ports.clock());
  }

  /**
   * Opens the agreement, or answers the one that is open under (channel, binding). One that has
   * ended is not opened again: the binding then names a new agreement of the same customer.
   *
   * @throws ProblemException 404 where {@code customerId} names nobody; 409 where an alias or the
   *     claim code belongs to another agreement
   */
  public Agreement openAgreement(OpenAgreement command) {
    return Attempts.of("opening an agreement", () -> open(command));
  }

  private Optional<Agreement> open(OpenAgreement command) {
    Optional<Item> named = table.get(Keys.identity(command.channelId(), command.bindingId()));
    Optional<Agreement> before = named.flatMap(item -> agreement(agreementId(item)));
    if (before.isPresent() && !before.get().ended()) {
      return before;
    }
    Instant now = clock.instant();
    Optional<String> known = before.map(Agreement::customerId).or(command::customerId);
    known.ifPresent(this::requireCustomer);
    String customerId = known.orElseGet(ids::next);
    Agreement agreement =
        new Agreement(
            ids.next(),
            customerId,
            command.productId(),
            command.planId(),
            command.priceVersion(),
            command.currency(),
            command.acquiredBy(),
            command.billedThrough(),
            Map.of(command.channelId(), command.bindingId()),
            Agreement.State.ACTIVE,
            now,
            Optional.empty());
    List<Write> writes = new ArrayList<>();
    if (known.isEmpty()) {
      Customer customer =
          new Customer(customerId, command.customerName(), command.channelId(), now);
      writes.add(Write.put(Keys.customer(customerId), Json.write(customer), Condition.ABSENT));
    }
    writes.addAll(rows(agreement, Condition.ABSENT));
    writes.add(
        identity(command.channelId(), command.bindingId(), agreement.id(), unchanged(named)));
    for (String alias : aliases(command)) {
      Optional<Item> taken = table.get(Keys.identity(command.channelId(), alias));
      taken.ifPresent(item -> requireEnded(command.channelId(), alias, agreementId(item)));
      writes.add(identity(command.channelId(), alias, agreement.id(), unchanged(taken)));
    }
    command.claimSha256().ifPresent(sha256 -> writes.add(claimFor(sha256, agreement.id(), now)));
    return table.commit(writes).applied() ? Optional.of(agreement) : Optional.empty();
  }

  private static Set<String> aliases(OpenAgreement command) {
    Set<String> aliases = new LinkedHashSet<>(command.aliases());
    aliases.remove(command.bindingId());
    return aliases;
  }

  private Write claimFor(String sha256, String agreementId, Instant now) {
    if (table.get(Keys.claim(sha256)).isPresent()) {
      throw new ProblemException(Problem.conflict("the claim code belongs to another agreement"));
    }
    return Write.put(
        Keys.claim(sha256),
        Json.write(new Claim(agreementId, Optional.empty())),
        now.plus(CLAIM_LIFETIME),
        Condition.ABSENT);
  }

  private void requireCustomer(String customerId) {
    if (customer(customerId).isEmpty()) {
      throw new ProblemException(Problem.notFound("no customer " + customerId));
    }
  }

  private void requireEnded(String channelId, String name, String agreementId) {
    if (agreement(agreementId).filter(a -> !a.ended()).isPresent()) {
      throw new ProblemException(
          Problem.conflict(
              "\"" + name + "\" already names an agreement (channel " + channelId + ")"));
    }
  }

  /** Gives an agreement a name in one more channel through which it is delivered. */
  public Agreement addIdentity(String agreementId, String channelId, String bindingId) {
    OpenAgreement.id("channelId", channelId);
    OpenAgreement.binding(bindingId);
    return Attempts.of("naming an agreement", () -> tryIdentity(agreementId, channelId, bindingId));
  }

  private Optional<Agreement> tryIdentity(String agreementId, String channelId, String binding) {
    Item item = require(agreementId);
    Agreement agreement = Json.read(item.body(), Agreement.class);
    if (binding.equals(agreement.identities().get(channelId))) {
      return Optional.of(agreement);
    }
    Optional<Item> taken = table.get(Keys.identity(channelId, binding));
    taken.ifPresent(row -> requireEnded(channelId, binding, agreementId(row)));
    Map<String, String> identities = new HashMap<>(agreement.identities());
    identities.put(channelId, binding);
    if (identities.size() > CHANNELS_MAX) {
      throw new ProblemException(
          Problem.conflict("channels of an agreement " + identities.size() + " > " + CHANNELS_MAX));
    }
    Agreement changed = agreement.with(identities);
    List<Write> writes = rows(changed, Condition.atVersion(item.version()));
    writes.add(identity(channelId, binding, agreementId, unchanged(taken)));
    return table.commit(writes).applied() ? Optional.of(changed) : Optional.empty();
  }

  /** Lets a channel find an agreement by one more name; the same alias twice is fine. */
  public void addAlias(String agreementId, String channelId, String alias) {
    OpenAgreement.id("channelId", channelId);
    OpenAgreement.binding(alias);
    Attempts.of("adding an alias", () -> tryAlias(agreementId, channelId, alias));
  }

  private Optional<Boolean> tryAlias(String agreementId, String channelId, String alias) {
    require(agreementId);
    Optional<Item> taken = table.get(Keys.identity(channelId, alias));
    if (taken.map(Accounts::agreementId).filter(agreementId::equals).isPresent()) {
      return Optional.of(true);
    }
    taken.ifPresent(row -> requireEnded(channelId, alias, agreementId(row)));
    Write write = identity(channelId, alias, agreementId, unchanged(taken));
    return table.commit(List.of(write)).applied() ? Optional.of(true) : Optional.empty();
  }

  /** Ends an agreement at {@code at}; one that has ended keeps its time. */
  public Agreement end(String agreementId, Instant at) {
    return Attempts.of(
        "ending an agreement",
        () -> {
          Item item = require(agreementId);
          Agreement agreement = Json.read(item.body(), Agreement.class);
          if (agreement.ended()) {
            return Optional.of(agreement);
          }
          Agreement ended = agreement.endedAt(at, clock.instant());
          List<Write> writes = rows(ended, Condition.atVersion(item.version()));
          return table.commit(writes).applied() ? Optional.of(ended) : Optional.empty();
        });
  }

  public Optional<Agreement> agreement(String id) {
    return table.get(Keys.agreement(id)).map(item -> Json.read(item.body(), Agreement.class));
  }

  public Optional<Customer> customer(String id) {
    return table.get(Keys.customer(id)).map(item -> Json.read(item.body(), Customer.class));
  }

  /** The agreement that a channel names so, open or ended. */
  public Optional<Agreement> byIdentity(String channelId, String bindingIdOrAlias) {
    return table
        .get(Keys.identity(channelId, bindingIdOrAlias))
        .flatMap(item -> agreement(agreementId(item)));
  }

  /** The agreement that waits for the holder of a claim code; empty while there is none. */
  public Optional<Agreement> claim(String codeSha256) {
    return table
        .get(Keys.claim(codeSha256))
        .flatMap(item -> agreement(Json.read(item.body(), Claim.class).agreementId()));
  }

  /** Agreements with an identity in a channel, oldest first. */
  public Page<Agreement> agreements(String channelId, Page.Request page) {
    return list(Keys.agreementsOf(channelId), Agreement.class, page);
  }

  /** All agreements, oldest first. */
  public Page<Agreement> allAgreements(Page.Request page) {
    return list(Keys.AGREEMENTS, Agreement.class, page);
  }

  /** All customers, oldest first. */
  public Page<Customer> customers(Page.Request page) {
    return list(Keys.CUSTOMERS, Customer.class, page);
  }

  private <T> Page<T> list(String partition, Class<T> type, Page.Request page) {
    Table.Query query = Table.Query.all(partition).limit(page.limit());
    Table.Page rows = table.query(page.token().map(query::after).orElse(query));
    return new Page<>(
        rows.items().stream().map(item -> Json.read(item.body(), type)).toList(), rows.next());
  }

  Item require(String agreementId) {
    return table
        .get(Keys.agreement(agreementId))
        .orElseThrow(() -> new ProblemException(Problem.notFound("no agreement " + agreementId)));
  }

  private record Ended(Instant at) {}

  /** When agreements ended, of those that did in the last {@link #ENDED_LISTED}. */
  public Map<String, Instant> ended() {
    Map<String, Instant> ended = new HashMap<>();
    for (Item item : Tables.list(table, Table.Query.all(Keys.ENDED))) {
      ended.put(item.key().sort(), Json.read(item.body(), Ended.class).at());
    }
    return ended;
  }

  /** The agreement and its copies in the lists. */
  static List<Write> rows(Agreement agreement, Condition condition) {
    String body = Json.write(agreement);
    List<Write> writes = new ArrayList<>();
    writes.add(Write.put(Keys.agreement(agreement.id()), body, condition));
    writes.add(Write.put(Keys.agreementInAll(agreement.id()), body));
    for (String channelId : agreement.identities().keySet()) {
      writes.add(Write.put(Keys.agreementIn(channelId, agreement.id()), body));
    }
    agreement
        .endedAt()
        .ifPresent(at ->
            writes.add(
                Write.put(
                    Keys.ended(agreement.id()),
                    Json.write(new Ended(at)),
                    at.plus(ENDED_LISTED),
                    Condition.ALWAYS)));
    return writes;
  }

  private static Write identity(
      String channelId, String name, String agreementId, Condition condition) {
    Key key = Keys.identity(channelId, name);
    return Write.put(key, Json.write(Map.of("agreementId", agreementId)), condition);
  }

  private static Condition unchanged(Optional<Item> read) {
    return read.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT);
  }

  private static String agreementId(Item identity) {
    return Json.parseTree(identity.body()).path("agreementId").asText();
  }
}
