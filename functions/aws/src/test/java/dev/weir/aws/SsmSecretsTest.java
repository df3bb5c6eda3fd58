package dev.weir.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.core.port.PortException;
import dev.weir.core.port.Secrets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SsmSecretsTest {

  private final FakeHttp http = new FakeHttp();
  private final Secrets secrets = http.ports().secrets();

  @Test
  void secretIsASecureParameterUnderThePrefix() {
    http.answers("{}").answers("{\"Parameter\":{\"Value\":\"s3cret\"}}");

    secrets.put("control/token", "s3cret");
    assertEquals("PutParameter", http.sent().getFirst().operation());
    assertEquals("/weir/control/token", http.sent().getFirst().json().path("Name").asText());
    assertEquals("SecureString", http.sent().getFirst().json().path("Type").asText());
    assertEquals(true, http.sent().getFirst().json().path("Overwrite").asBoolean());

    assertEquals(Optional.of("s3cret"), secrets.get("control/token"));
    assertEquals(true, http.sent().getLast().json().path("WithDecryption").asBoolean());
  }

  @Test
  void absentSecretIsEmptyAndIsDeletedAlready() {
    http.fails(400, "ParameterNotFound").fails(400, "ParameterNotFound");

    assertEquals(Optional.empty(), secrets.get("control/token"));
    secrets.delete("control/token");
    assertEquals("DeleteParameter", http.sent().getLast().operation());
  }

  @Test
  void throttledOrLostReadIsAnErrorAndNotAnAbsentSecret() {
    http.fails(400, "ThrottlingException").losesAnswer();

    for (int i = 0; i < 2; i++) {
      assertThrows(PortException.class, () -> secrets.get("control/token"));
    }
  }
}
