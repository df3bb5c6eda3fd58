package dev.weir.local.simulate;

import java.util.List;

/** Defects that others made, and some that are as easily made. */
final class Mutations {

  private Mutations() {}

  /** From the usage to the sealed hour. */
  static List<Mutation> meter() {
    return List.of(
        Mutation.core(
            "keys are joined by a dash",
            "port/Sha256",
            """
                for (String field : fields) {
                  byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
                  bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
                  bytes.writeBytes(utf8);
                }
            """,
            """
                bytes.writeBytes(String.join("-", fields).getBytes(StandardCharsets.UTF_8));
            """),
        Mutation.core(
            "a repeated event is counted again",
            "meter/Facts",
            "return List.of(writes(fact).getFirst(), marker);",
            "return writes(fact);"),
        Mutation.core(
            "a batch is claimed before it is written",
            "meter/CommitCut",
            """
                writes.addFirst(change.apply(next).write());
                return Tables.commit(table, writes);
            """,
            """
                Outcome claimed = Tables.commit(table, List.of(change.apply(next).write()));
                return claimed.applied() && !writes.isEmpty()
                    ? Tables.commit(table, writes)
                    : claimed;
            """),
        Mutation.core(
            "what was applied before is not skipped",
            "meter/ApplyBatch",
            "return batch.facts().subList((int) skip, batch.facts().size());",
            "return batch.facts().subList((int) Math.min(skip, 0), batch.facts().size());"),
        Mutation.core(
            "the batch's sequence is not checked",
            "meter/Source",
            "version == 0 ? Condition.ABSENT : Condition.atVersion(version));",
            "Condition.ALWAYS);"),
        Mutation.core(
            "a late fact is added to its own, sealed hour",
            "meter/Cut",
            "return own.isBefore(fence) ? fence : own;",
            "return own;"),
        Mutation.core(
            "sealing does not wait for a live source",
            "meter/SealHours",
            "if (source.state() == Source.State.LIVE && source.until().isBefore(passed)) {",
            "if (source.state() == Source.State.LIVE && source.until().isAfter(passed)) {"),
        Mutation.core(
            "a source is skipped when the fence moves",
            "meter/SealHours",
            """
                return source.state() == Source.State.LIVE && source.fence().isBefore(gate.fence())
                    ? source.fenced(gate.fence(), gate.sealed())
                    : source;
            """,
            """
                return source;
            """),
        Mutation.core(
            "rows of a lane stay after they were applied",
            "meter/Lanes",
            """
                    delete(name, facts);
            """,
            """
                    assert !facts.isEmpty();
            """),
        Mutation.core(
            "rows of a lane are removed before they are applied",
            "meter/Lanes",
            """
                  Outcome outcome = commitCut.commit(source, cut, s -> all ? s.passed(now) : s);
            """,
            """
                  delete(name, cut.accepted());
                  Outcome outcome = commitCut.commit(source, cut, s -> all ? s.passed(now) : s);
            """),
        Mutation.core(
            "an answer is given before the fsync",
            "meter/SegmentWriter",
            """
                to.force(false);
            """,
            ""),
        Mutation.core(
            "a journal is deleted before its facts were applied",
            "meter/Flusher",
            """
                  Journal.Slice slice = journal.read(cursor, UsageBatch.FACTS_MAX);
            """,
            """
                  Journal.Slice slice = journal.read(cursor, UsageBatch.FACTS_MAX);
                  journal.forget(durable);
            """),
        Mutation.core(
            "a boot's journal that was replayed in part is deleted",
            "meter/JournalReplay",
            """
                  apply(content, last);
            """,
            """
                  if (!content.torn()) {
                    apply(content, last);
                  }
            """),
        Mutation.core(
            "a tranche is released twice",
            "meter/Budgets",
            "return new Write.Delete(item.key(), Condition.atVersion(item.version()));",
            "return Write.delete(item.key());"),
        Mutation.core(
            "a tranche never expires",
            "meter/Budgets",
            "if (!clock.instant().isBefore(tranche.expires())) {",
            "if (clock.instant().equals(Instant.MAX)) {"),
        Mutation.core(
            "a budget's limit is looked at before, not in, the commit",
            "meter/Budgets",
            "Condition.atMost(\"held\", limit - amount)));",
            "state(of).spent() <= limit - amount ? Condition.ALWAYS : Condition.PRESENT));"),
        Mutation.core(
            "a queued call is done before its facts are written",
            "infer/Attempts",
            """
                  if (ports.table().commit(writes).applied()) {
                    outbox.flush(Outbox.rows(writes));
            """,
            """
                  if (ports.table().commit(List.of(writes.getFirst())).applied()
                      && ports
                          .table()
                          .commit(List.copyOf(writes.subList(1, writes.size())))
                          .applied()) {
                    outbox.flush(Outbox.rows(writes));
            """));
  }

  /** From the sealed hour to the amount and the report. */
  static List<Mutation> bill() {
    return List.of(
        Mutation.core(
            "shares are cut off",
            "bill/Shares",
            "byRemainder.forEach(i -> parts[i]++);",
            "byRemainder.forEach(i -> parts[i] += 0);"),
        Mutation.core(
            "a duplicate at the first attempt is taken as accepted",
            "bill/Verdict",
            "case UNKNOWN ->",
            "case UNKNOWN -> attempt > 0 ? end(ReportLine.State.DUPLICATE_SAME, \"\") :"),
        Mutation.core(
            "earlier attempts of a line are forgotten",
            "bill/Acknowledge",
            "Math.max(attempt, line.attempt())",
            "1"),
        Mutation.core(
            "a rejected line is taken as accepted",
            "bill/Acknowledge",
            ": line.is(verdict.state(), verdict.reason()));",
            ": line.is(ReportLine.State.ACCEPTED, verdict.reason()));"),
        Mutation.core(
            "a line is stored as sent after it was sent",
            "bill/Reports",
            "ReportLine sent = line.sent(now.plus(AGAIN));",
            "ReportLine sent = line.attempt() > 0 ? line.sent(now.plus(AGAIN)) : line;"),
        Mutation.core(
            "an hour without a price is forgotten",
            "bill/RateHours",
            "for (Item item : Tables.list(table, Table.Query.all(Keys.UNRATED))) {",
            "for (Item item : List.<Item>of()) {"),
        Mutation.core(
            "a zero is sent for an open hour",
            "bill/ZeroHours",
            "Instant rated = RateHours.ratedUntil(ports);",
            "Instant rated = RateHours.ratedUntil(ports).plus(Duration.ofHours(1));"),
        Mutation.core(
            "what exceeds a market's number is dropped",
            "bill/ReportQueue",
            "rest.add(new ReportLine.Part(part.lineId(), part.quantity() - some));",
            ""));
  }

  /** Between the house and the markets. */
  static List<Mutation> channel() {
    return List.of(
        Mutation.aws(
            "unprocessed records are ignored",
            "UsageRecords",
            "ifPresent(line -> acks.add(again(line, \"unprocessed\")));",
            "ifPresent(line -> acks.add(new Ack.Accepted(line.id(), \"\")));"),
        Mutation.aws(
            "a record's time is that of its sending",
            "UsageRecords",
            "fields.put(\"Timestamp\", line.hour().getEpochSecond());",
            "fields.put(\"Timestamp\", line.hour().getEpochSecond() + 60L * line.attempt());"),
        Mutation.aws(
            "a passing failure of the market is final",
            "AwsApi",
            "type.startsWith(\"InternalService\")",
            "type.equals(\"InternalServiceException\")"),
        Mutation.aws(
            "one bad record fails its whole request",
            "Metering",
            "if (lines.size() == 1) {",
            "if (!lines.isEmpty()) {"),
        Mutation.aws(
            "whatever is answered with 200 is accepted",
            "UsageRecords",
            "case \"CustomerNotSubscribed\" -> rejected(line, ErrorCode.NOT_SUBSCRIBED, status);",
            "case \"CustomerNotSubscribed\" -> new Ack.Accepted(line.id(), \"\");"),
        Mutation.core(
            "what a market could not take just now is refused for good",
            "bill/Verdict",
            "if (rejected.retryable()) {",
            "if (rejected.retryable() && rejected.code().isEmpty()) {"),
        Mutation.host(
            "a call of too many bytes is not halved",
            "Lines",
            "if (!e.code().equals(Pace.TOO_LARGE)) {",
            "if (!batch.isEmpty()) {"),
        Mutation.host(
            "what shared a call with a line that is too long is refused with it",
            "Lines",
            "acks.put(id, new LineAck.Rejected(id, e.code().name(), reason, false));",
            """
            if (!acks.containsKey(reason)) {
              throw e;
            }
            """),
        Mutation.host(
            "a batch that failed is not tried again",
            "Failures",
            "case PARTNER, LIMIT -> true;",
            "case PARTNER, LIMIT -> e.code().name().isEmpty();"));
  }
}
