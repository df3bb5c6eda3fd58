package dev.weir.local.simulate;

import java.util.List;

/** Defects between a customer's end and the end of its final window. */
final class EndingMutations {

  private EndingMutations() {}

  static List<Mutation> all() {
    return List.of(
        Mutation.core(
            "the last hours are not sealed early",
            "bill/LastHours",
            "boolean open = now.isBefore(due.until());",
            "boolean open = now.isAfter(due.until());"),
        Mutation.core(
            "the margin before the final window's end is ignored",
            "bill/LastHours",
            "boolean wait = now.isBefore(due.until().minus(MARGIN));",
            "boolean wait = now.isBefore(due.until());"),
        Mutation.core(
            "the last answers are not waited for",
            "bill/LastHours",
            "Instant last = due.endedAt().plus(FactCheck.AFTER_END_MAX);",
            "Instant last = due.endedAt();"),
        Mutation.core(
            "a lost source holds up the last hours",
            "meter/Sources",
            "source.state() == Source.State.LIVE && source.leaseUntil().isPresent())",
            "source.leaseUntil().isPresent())"),
        Mutation.core(
            "an agreement has ended before its last hours are noted",
            "bill/EndAgreement",
            "String bindingId = agreement.identities().getOrDefault(channelId, name);",
            """
            String bindingId = agreement.identities().getOrDefault(channelId, name);
            accounts.end(agreement.id(), at);
            """),
        Mutation.core(
            "a final window that only the manifest names is forgotten",
            "bill/EndAgreement",
            ".or(() -> declared(channelId).map(at::plus))",
            ".filter(at::isBefore)"),
        Mutation.core(
            "what is done after an agreement's end is counted",
            "meter/FactCheck",
            "at -> fact.at().isAfter(at.plus(AFTER_END_MAX))",
            "at -> fact.at().isAfter(Instant.MAX)"),
        Mutation.core(
            "whatever comes after an agreement's end is refused",
            "meter/FactCheck",
            "at -> fact.at().isAfter(at.plus(AFTER_END_MAX))",
            "at -> clock.instant().isAfter(at.plus(AFTER_END_MAX))"),
        Mutation.core(
            "what was sealed early is sealed once more with the rest",
            "meter/SealHours",
            "return totals.unsealed(agreementId, before, aggregations);",
            "return totals.unsealed(agreementId, before.subList(0, 0), aggregations);"),
        Mutation.host(
            "a line is sent after its final window",
            "Lines",
            "if (line.finalBy().isPresent() && !now.isBefore(line.finalBy().get())) {",
            "if (line.finalBy().filter(Instant.MAX::equals).isPresent()) {"));
  }
}
