package dev.weir.core.infer;

import dev.weir.core.account.Agreement;
import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Rows and facts of calls that a remote endpoint answered while the customer waited. */
final class DirectCalls {

  private final Ports ports;
  private final Meters meters;

  DirectCalls(Ports ports) {
    this.ports = ports;
    this.meters = new Meters(ports);
  }

  /**
   * Makes an answer durable with its facts, before it is given.
   *
   * @param also written in the same commit
   */
  void commit(
      Agreement agreement, Endpoint endpoint, String callId, Tokens tokens, List<Write> also) {
    Instant now = ports.clock().instant();
    String channelId = agreement.billedThrough();
    Call row = new Call.Direct(callId, agreement.id(), channelId, endpoint.name(), tokens, now);
    List<Write> writes = new ArrayList<>();
    writes.add(
        Write.put(Keys.call(callId), Json.write(row), now.plus(Calls.KEPT), Condition.ABSENT));
    writes.addAll(meters.remote(agreement.id(), channelId, callId, tokens, now));
    writes.addAll(also);
    if (!Tables.commit(ports.table(), writes).applied() && !written(callId)) {
      throw new ProblemException(
          Problem.unavailable("the answer could not be recorded, so it is not given", 1));
    }
  }

  private boolean written(String callId) {
    return ports.table().get(Keys.call(callId)).isPresent();
  }
}
