package dev.weir.core.bill.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of {@code transfers.txt}, and what they cannot say. */
class TransfersTest {

  private static final Instant START = Instant.parse("2026-11-10T10:20:00.123456Z");

  private record Case(String name, List<String> lines) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final SettableClock clock = new SettableClock(START);
  private final Ports ports = MemoryPorts.create(clock);
  private final Transfers transfers = new Transfers(ports);
  private final List<Transfer> batch = new ArrayList<>();
  private final List<String> expected = new ArrayList<>();

  static Stream<Case> cases() {
    Map<String, List<String>> cases = new LinkedHashMap<>();
    List<String> current = new ArrayList<>();
    for (String line : lines()) {
      if (line.startsWith("case ")) {
        current = new ArrayList<>();
        assertEquals(null, cases.put(line.substring(5), current));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        current.add(line);
      }
    }
    return cases.entrySet().stream().map(entry -> new Case(entry.getKey(), entry.getValue()));
  }

  private static List<String> lines() {
    try (InputStream in = TransfersTest.class.getResourceAsStream("transfers.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void transfersDoWhatTheCaseSays(Case one) {
    for (String line : one.lines()) {
      List<String> words = List.of(line.replaceAll(" *->.*", "").split(" +"));
      if (!words.getFirst().equals("transfer")) {
        flush();
      }
      run(line, words);
    }
    flush();
    assertEquals(sum(true), sum(false), "debits = credits");
  }

  private void run(String line, List<String> words) {
    String id = words.size() > 1 ? id(words.get(1)) : "";
    switch (words.getFirst()) {
      case "account" -> assertEquals(result(line), transfers.open(account(id, words)).name(), line);
      case "setup" -> setup(id, words);
      case "transfer" -> {
        batch.add(transfer(id, words));
        expected.add(line);
      }
      case "balance" -> assertEquals(words.subList(2, 6), balances(id), line);
      case "amount" ->
          assertEquals(
              Long.parseLong(words.get(2)),
              transfers.transfer(id).orElseThrow().transfer().amount(),
              line);
      case "absent" -> assertEquals(Optional.empty(), transfers.transfer(id), line);
      case "phase" -> assertEquals(words.get(2), transfers.phase(id).orElseThrow().name(), line);
      case "history" ->
          assertEquals(Integer.parseInt(words.get(2)), transfers.history(id).size(), line);
      case "tick" -> clock.advance(Duration.ofSeconds(Long.parseLong(words.get(1))));
      case "sweep" -> assertEquals(Integer.parseInt(words.get(1)), transfers.expire(), line);
      case "commit" -> {}
      default -> throw new IllegalArgumentException(line);
    }
  }

  private void flush() {
    List<TransferResult> results = transfers.create(List.copyOf(batch));
    for (int i = 0; i < results.size(); i++) {
      assertEquals(result(expected.get(i)), results.get(i).name(), expected.get(i));
    }
    batch.clear();
    expected.clear();
  }

  private final Set<String> opened = new HashSet<>();
  private boolean unbalanced;

  private long sum(boolean debits) {
    if (unbalanced) {
      return 0;
    }
    return opened.stream()
        .map(id -> transfers.account(id).orElseThrow())
        .mapToLong(a -> debits ? a.debitsPosted() : a.creditsPosted())
        .sum();
  }

  private static String result(String line) {
    return line.substring(line.indexOf("-> ") + 3).strip();
  }

  private static String id(String word) {
    return word.equals("-") ? "" : word;
  }

  private static long amount(String word) {
    return word.startsWith("ALL")
        ? Transfer.ALL - (word.length() > 3 ? Long.parseLong(word.substring(4)) : 0)
        : Long.parseLong(word);
  }

  private static String option(List<String> words, String name, String otherwise) {
    return words.stream()
        .filter(word -> word.startsWith(name + "="))
        .map(word -> id(word.substring(name.length() + 1)))
        .findFirst()
        .orElse(otherwise);
  }

  private Account account(String id, List<String> words) {
    Set<Account.Flag> flags = EnumSet.noneOf(Account.Flag.class);
    if (words.contains("D<C")) {
      flags.add(Account.Flag.DEBITS_MUST_NOT_EXCEED_CREDITS);
    }
    if (words.contains("C<D")) {
      flags.add(Account.Flag.CREDITS_MUST_NOT_EXCEED_DEBITS);
    }
    if (words.contains("HISTORY")) {
      flags.add(Account.Flag.HISTORY);
    }
    if (!id.isEmpty()) {
      opened.add(id);
    }
    List<Long> balances =
        Stream.of(option(words, "posted", "0,0,0,0").split(",")).map(Long::valueOf).toList();
    return new Account(
        id,
        option(words, "ledger", "cny"),
        Integer.parseInt(option(words, "code", "1")),
        flags,
        option(words, "data", ""),
        balances.get(0),
        balances.get(1),
        balances.get(2),
        balances.get(3));
  }

  private void setup(String id, List<String> words) {
    unbalanced = true;
    Account a = transfers.account(id).orElseThrow();
    Account with =
        new Account(
            a.id(),
            a.ledger(),
            a.code(),
            a.flags(),
            a.userData(),
            amount(words.get(2)),
            amount(words.get(3)),
            amount(words.get(4)),
            amount(words.get(5)));
    Table table = ports.table();
    assertTrue(table.commit(List.of(Write.put(Keys.account(id), Json.write(with)))).applied());
  }

  private static Transfer transfer(String id, List<String> words) {
    Set<Transfer.Flag> flags = EnumSet.noneOf(Transfer.Flag.class);
    for (Transfer.Flag flag : Transfer.Flag.values()) {
      if (words.contains(flag.name())) {
        flags.add(flag);
      }
    }
    boolean end =
        flags.contains(Transfer.Flag.POST_PENDING_TRANSFER)
            || flags.contains(Transfer.Flag.VOID_PENDING_TRANSFER);
    return new Transfer(
        id,
        id(words.get(2)),
        id(words.get(3)),
        amount(words.get(4)),
        option(words, "of", ""),
        option(words, "data", ""),
        amount(option(words, "timeout", "0")),
        option(words, "ledger", end ? "" : "cny"),
        Integer.parseInt(option(words, "code", end ? "0" : "1")),
        flags);
  }

  private List<String> balances(String id) {
    Account a = transfers.account(id).orElseThrow();
    return Stream.of(a.debitsPending(), a.debitsPosted(), a.creditsPending(), a.creditsPosted())
        .map(String::valueOf)
        .toList();
  }

  @Test
  void everyResultHasACase() {
    Set<String> named = new HashSet<>();
    lines().stream().filter(line -> line.contains("->")).forEach(line -> named.add(result(line)));
    for (TransferResult each : TransferResult.values()) {
      assertTrue(named.contains(each.name()), each.name());
    }
    for (AccountResult each : AccountResult.values()) {
      assertTrue(named.contains(each.name()), each.name());
    }
  }

  @Test
  void negativeAmountsAndOverlongBatchesCannotBeAsked() {
    assertThrows(IllegalArgumentException.class, () -> Transfer.of("t", "a", "b", -1, "cny", 1));
    List<Transfer> many =
        java.util.Collections.nCopies(
            Transfers.BATCH_MAX + 1, Transfer.of("t", "a", "b", 1, "cny", 1));
    assertThrows(IllegalArgumentException.class, () -> transfers.create(many));
  }

  @Test
  void whoeverMovedTheAccountBetweenReadingAndWritingIsSeen() {
    transfers.open(Account.of("cash", "cny", 1));
    transfers.open(Account.of("wallet", "cny", 1, Account.Flag.DEBITS_MUST_NOT_EXCEED_CREDITS));
    transfers.create(List.of(Transfer.of("load", "cash", "wallet", 10, "cny", 1)));
    Books one = transfers.books();
    Books two = transfers.books();
    assertEquals(
        List.of(TransferResult.CREATED),
        one.create(List.of(Transfer.of("t1", "wallet", "cash", 8, "cny", 1))));
    assertEquals(
        List.of(TransferResult.CREATED),
        two.create(List.of(Transfer.of("t2", "wallet", "cash", 8, "cny", 1))));

    assertTrue(ports.table().commit(one.writes()).applied());
    assertEquals(false, ports.table().commit(two.writes()).applied());
    assertEquals(
        List.of(TransferResult.EXCEEDS_CREDITS),
        transfers.create(List.of(Transfer.of("t2", "wallet", "cash", 8, "cny", 1))));
  }
}
