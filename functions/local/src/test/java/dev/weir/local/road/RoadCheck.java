package dev.weir.local.road;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.Page;
import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.Ledger;
import dev.weir.core.bill.Proof;
import dev.weir.core.bill.Prove;
import dev.weir.core.bill.Settlements;
import dev.weir.core.bill.Terms;
import dev.weir.core.meter.FactTrail;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Hours;
import dev.weir.core.meter.Incident;
import dev.weir.core.meter.Incidents;
import dev.weir.core.meter.SealedHours;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.problem.ProblemException;
import dev.weir.gateway.Money;
import dev.weir.local.demo.Stage;
import dev.weir.local.port.LocalPorts;
import dev.weir.local.server.MovableClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares, in a process of its own, what clients and the other sides know with the store.
 *
 * <ul>
 *   <li>A call whose answer the client saw is counted once.
 *   <li>A call whose answer nobody saw is counted once or not at all.
 *   <li>An event that was acknowledged is answered once and counted once; another one is answered
 *       and counted once, or neither.
 *   <li>Facts = sealed = billed + included = what the other side's own store holds.
 * </ul>
 */
final class RoadCheck {

  private static final Pattern ANSWER = Pattern.compile("answer (\\d+)");
  private static final String ISSUER = "vendor";
  private static final int SHOWN_MAX = 30;

  private final Path work;
  private final Ports ports;
  private final Map<String, List<List<String>>> log;
  private final List<String> faults = new ArrayList<>();

  /** Quantities by meter of each call, by channel and call. */
  private final Map<String, Map<String, Map<String, Long>>> calls = new TreeMap<>();

  private final Map<String, String> agreementOf = new TreeMap<>();

  private RoadCheck(Path work, Ports ports) throws IOException {
    this.work = work;
    this.ports = ports;
    this.log = ClientLog.read(work.resolve("client.log"));
  }

  /** Argument: the folder of {@link RoadKill}. Exit code 1 where something does not hold. */
  public static void main(String... args) throws IOException {
    Path work = Path.of(args[0]);
    Path data = work.resolve("data");
    MovableClock clock = MovableClock.open(InstantSource.system(), data.resolve("clock"));
    int faults;
    try (LocalPorts local =
        LocalPorts.open(
            data,
            Optional.empty(),
            URI.create("http://127.0.0.1:1"),
            clock,
            List.of("/bin/true"))) {
      RoadCheck check = new RoadCheck(work, local.ports());
      check.all();
      check.faults.stream().limit(SHOWN_MAX).forEach(fault -> System.out.println("FAULT " + fault));
      faults = check.faults.size();
    }
    System.out.println("faults " + faults);
    System.exit(faults == 0 ? 0 : 1);
  }

  private void all() throws IOException {
    for (List<String> refused : log.getOrDefault("refused", List.of())) {
      faults.add("a client was refused: " + String.join(" ", refused));
    }
    readFacts();
    remoteCalls();
    ownCalls();
    journal();
    slack();
    hours();
    money();
    queues();
  }

  private void hold(boolean condition, String otherwise) {
    if (!condition) {
      faults.add(otherwise);
    }
  }

  private List<List<String>> logged(String kind, String way) {
    return log.getOrDefault(kind, List.of()).stream()
        .filter(words -> words.getFirst().equals(way))
        .toList();
  }

  private Set<Long> numbers(String kind, String way) {
    Set<Long> numbers = new TreeSet<>();
    logged(kind, way)
        .forEach(
            words -> hold(numbers.add(Long.parseLong(words.get(1))), kind + " twice: " + words));
    return numbers;
  }

  private List<JsonNode> kept(String channel, String file) throws IOException {
    return OtherSides.kept(work, channel, file);
  }

  private void forEachHour(java.util.function.Consumer<Instant> visitor) {
    SealedHours sealed = new SealedHours(ports);
    Instant last = Hours.of(ports.clock().instant()).plus(Duration.ofHours(2));
    for (Instant h = sealed.first(); !h.isAfter(last); h = h.plus(Duration.ofHours(1))) {
      visitor.accept(h);
    }
  }

  /** All archived facts: no key twice, no meter of a call twice, none left behind. */
  private void readFacts() {
    FactTrail trail = new FactTrail(ports);
    Set<String> keys = new HashSet<>();
    forEachHour(hour -> trail.forEachFact(hour, fact -> take(keys, fact)));
    for (int lane = 0; lane < Facts.LANES; lane++) {
      int left = Tables.list(ports.table(), Table.Query.all("lane/" + lane)).size();
      hold(left == 0, left + " facts are left in lane " + lane);
    }
    System.out.println("facts " + keys.size());
  }

  private void take(Set<String> keys, UsageFact fact) {
    hold(keys.add(fact.key()), "fact twice: " + fact);
    agreementOf.put(fact.callId(), fact.agreementId());
    Long before =
        calls
            .computeIfAbsent(fact.channelId(), _ -> new TreeMap<>())
            .computeIfAbsent(fact.callId(), _ -> new TreeMap<>())
            .put(fact.meter(), fact.quantity());
    hold(before == null, "meter of a call twice: " + fact);
  }

  private Map<String, Map<String, Long>> calls(String channel) {
    return calls.getOrDefault(channel, Map.of());
  }

  /** How often each question was counted: the stand-in states its number as tokens. */
  private Map<Long, Integer> counted(String channel) {
    Map<Long, Integer> counted = new TreeMap<>();
    calls(channel)
        .forEach((call, meters) -> {
          hold(meters.getOrDefault("calls", 0L) == 1, "not one call: " + call + " " + meters);
          counted.merge(meters.getOrDefault("input_tokens", -1L), 1, Integer::sum);
        });
    return counted;
  }

  private void remoteCalls() {
    Map<Long, Integer> counted = counted(Stage.PARTNER);
    Set<Long> asked = new HashSet<>();
    for (String way : List.of("REMOTE_KEYED", "REMOTE_ONCE")) {
      asked.addAll(numbers("asked", way));
      for (long number : numbers("acknowledged", way)) {
        int times = counted.getOrDefault(number, 0);
        hold(times == 1, "acknowledged call " + number + " is counted " + times + " times");
      }
    }
    counted.forEach((number, times) -> {
      hold(asked.contains(number), "counted, and never asked: " + number);
      hold(times == 1, "call " + number + " is counted " + times + " times");
    });
    System.out.println("remote calls " + counted.size());
  }

  private void ownCalls() {
    Map<String, Map<String, Long>> counted = calls(Stage.AWS);
    for (String way : List.of("OWN_KEYED", "OWN_ONCE")) {
      Set<String> agreements = new TreeSet<>();
      List<List<String>> acknowledged = logged("acknowledged", way);
      for (List<String> words : acknowledged) {
        String call = words.get(2);
        Map<String, Long> meters = counted.getOrDefault(call, Map.of());
        hold(
            meters.getOrDefault("calls", 0L) == 1,
            "acknowledged call " + words + " is counted as " + meters);
        Optional.ofNullable(agreementOf.get(call)).ifPresent(agreements::add);
      }
      hold(agreements.size() <= 1, way + " has agreements " + agreements);
      long all = counted.keySet().stream().filter(c -> of(c, agreements)).count();
      long lost = logged("lost", way).size();
      hold(
          all >= acknowledged.size() && all <= acknowledged.size() + lost,
          "%s: %d calls counted, %d acknowledged, %d lost"
              .formatted(way, all, acknowledged.size(), lost));
      System.out.println(way + " counted " + all + ", acknowledged " + acknowledged.size());
    }
  }

  /** A run in which the journal was hardly used shows nothing of it. */
  private void journal() {
    List<List<String>> rounds = log.getOrDefault("journal", List.of());
    int answered = logged("acknowledged", "OWN_ONCE").size();
    int least = rounds.size() * RoadKill.JOURNAL_CALLS * 2 / 3;
    hold(
        !rounds.isEmpty() && answered >= least,
        "%d calls were answered by the journal, of %d at least; rounds %s"
            .formatted(answered, least, rounds));
    System.out.println("journal rounds " + rounds);
  }

  private boolean of(String call, Set<String> agreements) {
    return Optional.ofNullable(agreementOf.get(call)).filter(agreements::contains).isPresent();
  }

  private void slack() throws IOException {
    Set<String> acknowledged = new HashSet<>();
    for (JsonNode delivery : kept(Stage.SLACK, "deliveries.jsonl")) {
      if (delivery.path("status").asInt() / 100 == 2) {
        acknowledged.add(delivery.path("id").asText());
      }
    }
    Map<Long, Integer> answers = new TreeMap<>();
    for (JsonNode message : kept(Stage.SLACK, "messages.jsonl")) {
      Matcher number = ANSWER.matcher(message.path("text").asText());
      hold(number.find(), "another message stands in Slack: " + message);
      answers.merge(Long.parseLong(number.group(1)), 1, Integer::sum);
    }
    Map<Long, Integer> counted = counted(Stage.SLACK);
    calls(Stage.SLACK)
        .forEach((call, meters) ->
            hold(
                meters.getOrDefault("messages", 0L) == 1,
                "not one message: " + call + " " + meters));
    int events = 0;
    for (List<String> words : log.getOrDefault("said", List.of())) {
      long number = Long.parseLong(words.get(0));
      boolean known = acknowledged.contains(words.get(1));
      events += known ? 1 : 0;
      int answered = answers.getOrDefault(number, 0);
      int billed = counted.getOrDefault(number, 0);
      hold(
          answered == billed && (known ? answered == 1 : answered <= 1),
          "event %s (%s): answered %d times, counted %d times"
              .formatted(words, known ? "acknowledged" : "never acknowledged", answered, billed));
    }
    System.out.println("events acknowledged " + events + ", answers " + answers.size());
  }

  /** Every sealed hour adds up from its batches and facts again. */
  private void hours() {
    FactTrail trail = new FactTrail(ports);
    SealedHours sealed = new SealedHours(ports);
    int[] walked = {0};
    forEachHour(hour ->
        sealed.forEach(
            hour,
            sum -> {
              try {
                trail.walk(sum);
                walked[0]++;
              } catch (ProblemException e) {
                faults.add("sealed hour: " + e.problem().detail());
              }
            }));
    System.out.println("sealed sums " + walked[0]);
  }

  private void money() throws IOException {
    Terms terms = Money.terms(ports);
    OtherSides sides = new OtherSides(work, channel -> calls(channel).size());
    Invoices invoices = new Invoices(ports, terms, ISSUER);
    Proof proof = new Prove(ports, terms, invoices).run(sides);
    for (Proof.OfChannel channel : proof.channels()) {
      for (Proof.OfMeter meter : channel.meters()) {
        System.out.println(channel.id() + " " + meter);
      }
    }
    proof.violations().forEach(violation -> faults.add("proof: " + violation));
    System.out.println("ledger " + proof.ledger());
    settlements(new Settlements(ports, terms), sides);
    transactions();
    gapless(invoices);
    for (Incident incident : new Incidents(ports).list()) {
      System.out.println("incident " + incident);
      hold(incident.kind() == Incident.Kind.LOST_SOURCE, "incident " + incident);
    }
  }

  private Set<YearMonth> months() {
    Set<YearMonth> months = new TreeSet<>();
    forEachHour(hour -> months.add(YearMonth.from(hour.atOffset(ZoneOffset.UTC))));
    return months;
  }

  /** What the partner was told that it earned is what it earned, once. */
  private void settlements(Settlements settlements, OtherSides sides) {
    Map<String, Long> earned = new TreeMap<>();
    for (String partner : settlements.earners()) {
      for (YearMonth month : months()) {
        settlements
            .of(partner, month)
            .forEach(s -> earned.merge(s.currency(), s.accruedMicros(), Math::addExact));
      }
    }
    faults.addAll(sides.faults());
    hold(
        !earned.isEmpty() && sides.settledMicros().equals(earned),
        "the partner was told of " + sides.settledMicros() + " micros, and earned " + earned);
    System.out.println("settled " + sides.settledMicros());
  }

  private void transactions() {
    Set<String> ids = new HashSet<>();
    Ledger ledger = new Ledger(ports);
    months()
        .forEach(month ->
            ledger.forEach(month, t -> hold(ids.add(t.id()), "transaction twice: " + t.id())));
  }

  private void gapless(Invoices invoices) {
    TreeSet<Long> numbers = new TreeSet<>();
    for (Agreement agreement : agreements()) {
      for (Invoices.Issued issued : invoices.list(agreement.id())) {
        hold(numbers.add(issued.number()), "invoice number twice: " + issued);
      }
    }
    hold(
        !numbers.isEmpty() && numbers.first() == 1 && numbers.last() == numbers.size(),
        "invoice numbers " + numbers);
    System.out.println("invoices " + numbers.size());
  }

  private Collection<Agreement> agreements() {
    return new Accounts(ports)
        .allAgreements(new Page.Request(Page.LIMIT_MAX, Optional.empty()))
        .items();
  }

  private void queues() {
    List<String> names = new ArrayList<>(List.of(Queues.CALLS, Queues.CHANNEL_EVENTS));
    for (String channel : List.of(Stage.SLACK, Stage.PARTNER, Stage.AWS)) {
      names.add(Queues.deliver(channel));
      names.add(Queues.report(channel));
    }
    for (String name : names) {
      var depth = ports.queue(name).depth();
      hold(
          depth.visible() + depth.inFlight() + depth.dead() == 0,
          "queue " + name + " holds " + depth);
    }
  }
}
