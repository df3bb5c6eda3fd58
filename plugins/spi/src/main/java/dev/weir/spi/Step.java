package dev.weir.spi;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The next step of an onboarding. */
public sealed interface Step {

  /** Send the applicant's browser to the location; {@code data} is kept for {@code resume}. */
  record Redirect(String location, String data) implements Step {}

  /** Ask the applicant for these fields. */
  record Form(List<Field> fields, String data) implements Step {
    public Form {
      fields = List.copyOf(fields);
    }
  }

  /** The other side answers later, by an inbound event; give up after {@code until}. */
  record Wait(Instant until, String data) implements Step {}

  /** Done: the host opens the agreement and seals the secrets under the binding. */
  record Bound(Binding binding, Map<String, String> secrets) implements Step {
    public Bound {
      secrets = Map.copyOf(secrets);
    }

    @Override
    public String toString() {
      return "Bound[binding=" + binding + ", secrets=" + secrets.keySet() + "]";
    }
  }

  /** Not to be had, with a reason that the applicant may read. */
  record Refused(String reason) implements Step {}

  /** A field of a form. {@code type} is one of text, email, url, secret. */
  record Field(String name, String label, String type, boolean required) {}
}
