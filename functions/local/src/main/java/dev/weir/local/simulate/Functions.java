package dev.weir.local.simulate;

import dev.weir.core.catalog.Meter;
import dev.weir.core.infer.Call;
import dev.weir.core.infer.Calls;
import dev.weir.core.infer.Endpoint;
import dev.weir.core.infer.Endpoints;
import dev.weir.core.infer.Replica;
import dev.weir.core.infer.ReplicaClient;
import dev.weir.core.infer.Replicas;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Write;
import dev.weir.core.port.memory.Crash;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Calls whose facts are part of somebody's commit: answered inside functions, or queued. */
final class Functions {

  private static final Duration VISIBILITY = Duration.ofMinutes(2);
  private static final String VERSION = "desk:1";
  private static final int ATTEMPTS_MAX = 3;
  private static final long WHALE = 3_000_000_000L;

  private final World world;
  private final Shop shop;
  private final Random random;
  private final Map<Key, List<Usage>> direct = new LinkedHashMap<>();
  private final List<UsageFact> measured = new ArrayList<>();
  private final Map<String, Call.Question> asked = new LinkedHashMap<>();
  private final String token;

  Functions(World world, Shop shop) {
    this.world = world;
    this.shop = shop;
    this.random = world.random();
    Endpoints endpoints = new Endpoints(world.base(), "http://gateway");
    Endpoint _ = endpoints.deploy(Shop.ENDPOINT, VERSION, 1);
    this.token = world.base().secrets().get("endpoints/" + Shop.ENDPOINT + "/token").orElseThrow();
  }

  private Machine machine() {
    Machine machine = new Machine(world, "function", Duration.ZERO);
    machine.mayCrash();
    return machine;
  }

  /** A call with a row of its own, made durable together with its facts; its caller tries again. */
  void direct() {
    Shop.Sold sold = shop.pick(random);
    String channel = sold.channels().get(random.nextInt(sold.channels().size()));
    String number = world.nextCall("");
    // The same letters in another place: ("direct", "cn-7") and ("direct-cn", "7").
    boolean dashed = channel.equals(Shop.DIRECT) && sold.channels().contains(Shop.DIRECT_CN);
    call(sold, channel, dashed ? "cn-" + number : number);
    if (dashed) {
      call(sold, Shop.DIRECT_CN, number);
    }
  }

  private void call(Shop.Sold sold, String channel, String callId) {
    List<Usage> usages = new ArrayList<>();
    usages.add(usage(sold, channel, Meter.CALLS.id(), 1, callId));
    usages.add(usage(sold, channel, Shop.TOKENS, 1 + random.nextInt(900), callId));
    Key row = row(channel, callId);
    direct.put(row, usages);
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      try {
        if (committed(machine().ports(), row, usages)) {
          return;
        }
      } catch (PortException | Crash e) {
        // asked again with the same key
      }
    }
  }

  /**
   * Makes a call durable with what it used.
   *
   * @return false where it may be, or may not
   */
  boolean isDurable(Ports ports, String channel, String callId, List<Usage> usages) {
    Key row = row(channel, callId);
    direct.put(row, usages);
    return committed(ports, row, usages);
  }

  /** Whether a call was made durable. */
  boolean isThere(String channel, String callId) {
    return world.base().table().get(row(channel, callId)).isPresent();
  }

  private static Key row(String channel, String callId) {
    return new Key("simulated/" + channel + "/" + callId, "call");
  }

  private boolean committed(Ports ports, Key row, List<Usage> usages) {
    List<Write> writes = new ArrayList<>();
    writes.add(Write.put(row, "{}", Condition.ABSENT));
    writes.addAll(new Facts(ports).writes(usages.stream().map(UsageFact::ofCall).toList()));
    Outcome outcome = ports.table().commit(writes);
    if (outcome instanceof Outcome.Refused refused && refused.index() > 0) {
      throw new Violation("the fact of a new call is refused: " + row.partition());
    }
    return outcome.applied() || ports.table().get(row).isPresent();
  }

  private Usage usage(Shop.Sold sold, String channel, String meter, long quantity, String callId) {
    return new Usage(sold.id(), channel, meter, quantity, world.now(), callId);
  }

  /** What a channel counted after a delivery; its event comes once more at times. */
  void measure() {
    if (measured.isEmpty() || random.nextInt(3) > 0) {
      Shop.Sold sold = shop.pick(random);
      measured.add(
          UsageFact.ofCall(
              usage(
                  sold,
                  sold.agreement().billedThrough(),
                  Shop.RESOLVED,
                  resolved(),
                  world.nextCall("m"))));
      measured(measured.getLast());
    } else {
      measured(measured.get(random.nextInt(measured.size())));
    }
  }

  private long resolved() {
    boolean whale = world.happens(Trouble.WHALE, 10);
    return whale ? WHALE + random.nextInt(1000) : 1 + random.nextInt(3);
  }

  private void measured(UsageFact fact) {
    try {
      boolean _ = measured(machine().ports(), fact);
    } catch (PortException | Crash e) {
      // its event comes again
    }
  }

  private static boolean measured(Ports ports, UsageFact fact) {
    Outcome outcome = ports.table().commit(new Facts(ports).once(fact));
    return outcome.applied() || outcome instanceof Outcome.Refused;
  }

  /** A question that came through a channel. */
  void ask() {
    Shop.Sold sold = shop.pick(random);
    String channel = sold.agreement().billedThrough();
    String binding = sold.agreement().identities().getOrDefault(channel, "");
    String callId = Calls.callId(channel, world.nextCall("q"));
    Call.Question question =
        new Call.Question(
            callId,
            channel,
            sold.id(),
            binding,
            "conversation-" + random.nextInt(3),
            "user",
            "refund?",
            Map.of(),
            world.now());
    asked.put(callId, question);
    try {
      calls(machine().ports()).enqueue(question);
    } catch (PortException | Crash | dev.weir.core.problem.ProblemException e) {
      // the channel sends it again, or nobody was told that it was taken
    }
  }

  /** Works on queued calls. */
  void answer() {
    Ports ports = machine().ports();
    lease();
    try {
      Queue queue = ports.queue(Queues.CALLS);
      for (Queue.Received message : queue.receive(3, VISIBILITY)) {
        String callId = Json.read(message.body(), Calls.Pointer.class).callId();
        switch (calls(ports).run(callId)) {
          case Calls.Over _ -> queue.acknowledge(message.receipt());
          case Calls.Later later -> queue.release(message.receipt(), later.after());
        }
      }
    } catch (PortException | Crash e) {
      // the messages come again
    }
  }

  private Calls calls(Ports ports) {
    // New ones each time: what they keep for a second of real time would differ between runs.
    Endpoints endpoints = new Endpoints(ports, "http://gateway");
    return new Calls(ports, endpoints, new Replicas(ports, endpoints, _ -> Map.of()), this::invoke);
  }

  private void lease() {
    Endpoints endpoints = new Endpoints(world.base(), "http://gateway");
    Replica.Leased _ =
        new Replicas(world.base(), endpoints, _ -> Map.of())
            .lease(
                token,
                new Replica.Lease(
                    Shop.ENDPOINT,
                    "http://replica",
                    "replica",
                    "boot",
                    List.of(VERSION),
                    world.clock().millis(),
                    false));
  }

  private ReplicaClient.Reply invoke(Replica replica, String grant, String body, Duration deadline)
      throws IOException {
    world.stepped().step("replica", "invoke", "");
    if (world.happens(Trouble.NETWORK, 10)) {
      throw new IOException("injected: the replica is lost");
    }
    if (world.happens(Trouble.NETWORK, 10)) {
      return new ReplicaClient.Reply(429, "{}", Optional.of(1L));
    }
    String answer =
        """
        {"predictions":[{"label":"refund","score":0.97,"answered":true,"answer":"Yes."}],
         "usage":{"inputTokens":9,"outputTokens":4,"computeUs":%d}}\
        """
            .formatted(1000 + random.nextInt(500_000));
    return new ReplicaClient.Reply(200, answer, Optional.empty());
  }

  /**
   * What the rows of calls say by now: the reference learns it from them. Nothing that was measured
   * before is measured again: rows and marks are kept for a month only.
   */
  void conclude(Reference reference) {
    for (UsageFact fact : measured) {
      if (!measured(world.base(), fact)) {
        throw new Violation("a fact is refused though there is no trouble: " + fact.callId());
      }
      reference.sure(
          new Usage(
              fact.agreementId(),
              fact.channelId(),
              fact.meter(),
              fact.quantity(),
              fact.at(),
              fact.callId()),
          "",
          "");
    }
    measured.clear();
    direct.forEach((row, usages) -> {
      if (world.base().table().get(row).isPresent()) {
        usages.forEach(usage -> reference.sure(usage, "", ""));
      }
    });
    Calls calls = calls(world.base());
    asked.forEach((callId, question) -> {
      if (calls.get(callId).orElse(null) instanceof Call.Done done) {
        reference.sure(queued(question, done, Meter.CALLS.id(), 1), "", "");
        reference.sure(
            queued(question, done, Meter.COMPUTE.id(), done.answer().computeUs()), "", "");
      }
    });
  }

  private static Usage queued(Call.Question question, Call.Done done, String meter, long quantity) {
    return new Usage(
        question.agreementId(),
        question.channelId(),
        meter,
        quantity,
        done.at(),
        question.callId());
  }

  /** Whether a queued call is over, one way or the other. */
  boolean open() {
    return world.base().queue(Queues.CALLS).depth().visible() > 0;
  }
}
