package dev.weir.core.notice;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Secrets;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Who is told of notices, and the secrets that webhooks are signed with. Thread-safe. */
public final class Targets {

  /** The most of a deployment. */
  public static final int TARGETS_MAX = 1000;

  /** How long a webhook is signed with its old secret, too. */
  public static final Duration OVERLAP = Duration.ofHours(24);

  private static final int SECRET_BYTES = 32;

  private final Table table;
  private final InstantSource clock;
  private final Secrets secrets;
  private final Accounts accounts;
  private final WebhookUrls urls;
  private final SecureRandom random = new SecureRandom();

  public Targets(Ports ports, WebhookUrls urls) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.secrets = ports.secrets();
    this.accounts = new Accounts(ports);
    this.urls = urls;
  }

  /**
   * Sets one, or replaces the one of its id.
   *
   * @param newSecret whether a webhook that is there gets another secret; a new one gets one anyway
   * @return the secret of a webhook where it is new: shown this once
   * @throws ProblemException 422 for a URL that is not the Internet's, 404 for an agreement that is
   *     not there, 409 for one that the channel does not deliver to
   */
  public Optional<String> put(Target target, boolean newSecret) {
    Optional<Target> before = get(target.id());
    switch (target.way()) {
      case Target.Way.Webhook webhook -> urls.check(webhook.url());
      case Target.Way.Chat chat -> binding(target.on(), chat.channelId());
    }
    if (before.isEmpty() && list().size() >= TARGETS_MAX) {
      throw new ProblemException(Problem.conflict("targets of notices > " + TARGETS_MAX));
    }
    boolean signed = target.way() instanceof Target.Way.Webhook;
    boolean wasSigned = before.filter(b -> b.way() instanceof Target.Way.Webhook).isPresent();
    Optional<String> secret =
        signed && (newSecret || !wasSigned) ? Optional.of(secret()) : Optional.empty();
    secret.ifPresent(s -> {
      secrets
          .get(secretName(target.id()))
          .ifPresent(old ->
              secrets.put(beforeName(target.id()), clock.instant().plus(OVERLAP) + " " + old));
      secrets.put(secretName(target.id()), s);
    });
    commit(Write.put(Keys.target(target.id()), Json.write(target)));
    return secret;
  }

  /** The channel's own name of an agreement that it delivers to. */
  String binding(String on, String channelId) {
    String agreementId = on.substring(on.indexOf(':') + 1);
    Agreement agreement =
        accounts
            .agreement(agreementId)
            .orElseThrow(
                () -> new ProblemException(Problem.notFound("no agreement " + agreementId)));
    String binding = agreement.identities().get(channelId);
    if (binding == null) {
      throw new ProblemException(
          Problem.conflict(
              "agreement %s is not delivered through channel \"%s\", but %s"
                  .formatted(agreementId, channelId, agreement.identities().keySet())));
    }
    return binding;
  }

  private String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return StandardWebhook.PREFIX + Base64.getEncoder().encodeToString(bytes);
  }

  private static String secretName(String id) {
    return "notices/" + id;
  }

  private static String beforeName(String id) {
    return "notices/" + id + "/before";
  }

  /**
   * What its webhooks are signed with: its secret, and for {@link #OVERLAP} the one before, so that
   * a receiver can change over without losing one.
   */
  List<String> signedWith(String id) {
    String secret =
        secrets
            .get(secretName(id))
            .orElseThrow(() -> new PortException("the secret of target " + id + " is not there"));
    Optional<String> before =
        secrets
            .get(beforeName(id))
            .map(stored -> stored.split(" ", 2))
            .filter(stored -> clock.instant().isBefore(Instant.parse(stored[0])))
            .map(stored -> stored[1]);
    return before.map(old -> List.of(secret, old)).orElse(List.of(secret));
  }

  public Optional<Target> get(String id) {
    return table.get(Keys.target(id)).map(item -> Json.read(item.body(), Target.class));
  }

  /** One of them, or a 404 problem. */
  public Target require(String id) {
    return get(id)
        .orElseThrow(() -> new ProblemException(Problem.notFound("no target \"" + id + "\"")));
  }

  /** All, by id. */
  public List<Target> list() {
    return Tables.list(table, Table.Query.all(Keys.TARGETS)).stream()
        .map(item -> Json.read(item.body(), Target.class))
        .toList();
  }

  /** Tells it nothing more. */
  public Target remove(String id) {
    Target target = require(id);
    commit(new Write.Delete(Keys.target(id), Condition.ALWAYS));
    secrets.delete(secretName(id));
    secrets.delete(beforeName(id));
    return target;
  }

  private void commit(Write write) {
    if (!(Tables.commit(table, List.of(write)) instanceof Outcome.Applied)) {
      throw new PortException("the target of notices may not be stored");
    }
  }
}
