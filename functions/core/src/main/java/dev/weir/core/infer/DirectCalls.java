package dev.weir.core.infer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.account.Agreement;
import dev.weir.core.json.Json;
import dev.weir.core.limit.Pass;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows and facts of calls that were answered while the customer waited, by a remote endpoint or,
 * under an Idempotency-Key, by one of Weir's own replicas.
 */
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
   * @param pass is told what is billed
   */
  void commit(
      Agreement agreement,
      Endpoint endpoint,
      String callId,
      Tokens tokens,
      List<Write> also,
      Pass pass) {
    Instant now = ports.clock().instant();
    String channelId = agreement.billedThrough();
    List<Write> facts = meters.remote(agreement.id(), channelId, callId, tokens, now);
    commit(
        new Call.Direct(callId, agreement.id(), channelId, endpoint.name(), tokens, now),
        facts,
        also);
    pass.used(Meters.used(tokens));
  }

  /**
   * The same for a call on a replica that was told not to count it: where the customer sends the
   * request again because the first answer was lost, one of the two answers is kept and counted.
   *
   * @param reply the replica's
   */
  void commitOwn(
      Agreement agreement,
      Endpoint endpoint,
      String callId,
      JsonNode reply,
      List<Write> also,
      Pass pass) {
    JsonNode usage = reply.path("usage");
    Tokens tokens =
        Tokens.exact(usage.path("inputTokens").asLong(), usage.path("outputTokens").asLong());
    commitOwn(agreement, endpoint, callId, tokens, usage.path("computeUs").asLong(), also, pass);
  }

  void commitOwn(
      Agreement agreement,
      Endpoint endpoint,
      String callId,
      Tokens tokens,
      long computeUs,
      List<Write> also,
      Pass pass) {
    Instant now = ports.clock().instant();
    String channelId = agreement.billedThrough();
    List<Write> facts = meters.own(agreement.id(), channelId, callId, computeUs, now);
    commit(
        new Call.Direct(callId, agreement.id(), channelId, endpoint.name(), tokens, now),
        facts,
        also);
    pass.used(Entitled.ownMost());
  }

  private void commit(Call.Direct row, List<Write> facts, List<Write> also) {
    List<Write> writes = new ArrayList<>();
    writes.add(
        Write.put(
            Keys.call(row.callId()), Json.write(row), row.at().plus(Calls.KEPT), Condition.ABSENT));
    writes.addAll(facts);
    writes.addAll(also);
    if (!Tables.commit(ports.table(), writes).applied() && !written(row.callId())) {
      throw new ProblemException(
          Problem.unavailable("the answer could not be recorded, so it is not given", 1));
    }
  }

  private boolean written(String callId) {
    return ports.table().get(Keys.call(callId)).isPresent();
  }
}
