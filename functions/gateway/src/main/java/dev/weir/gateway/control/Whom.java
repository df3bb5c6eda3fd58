package dev.weir.gateway.control;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.ApiKeys;
import dev.weir.core.channel.Channels;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.Optional;

/** Whom a limit or a target of notices is on: of a mistyped id, it would hold for nobody. */
final class Whom {

  private final Accounts accounts;
  private final ApiKeys keys;
  private final Channels channels;

  Whom(Ports ports) {
    this.accounts = new Accounts(ports);
    this.keys = new ApiKeys(ports);
    this.channels = new Channels(ports);
  }

  /**
   * Looks it up.
   *
   * @param on {@code vendor}, or what it is, a colon and its id
   * @throws ProblemException 404 where there is no such customer, agreement, key or channel
   */
  void require(String on) {
    String id = on.substring(on.indexOf(':') + 1);
    String what = on.substring(0, Math.max(0, on.indexOf(':')));
    Optional<?> found =
        switch (what) {
          case "customer" -> accounts.customer(id);
          case "agreement" -> accounts.agreement(id);
          case "key" -> keys.find(id);
          case "channel" -> channels.get(id);
          default -> Optional.of(on);
        };
    if (found.isEmpty()) {
      throw new ProblemException(Problem.notFound("no %s %s".formatted(what, id)));
    }
  }
}
