package dev.weir.aws;

import dev.weir.core.port.PortException;
import dev.weir.core.port.SecretRules;
import dev.weir.core.port.Secrets;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.ParameterTier;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** {@link Secrets} as SSM SecureString parameters under {@code /<prefix>/}. */
final class SsmSecrets implements Secrets {

  private final SsmClient client;
  private final String prefix;

  SsmSecrets(SsmClient client, String prefix) {
    this.client = client;
    this.prefix = prefix;
  }

  private String path(String name) {
    SecretRules.checkName(name);
    return "/" + prefix + "/" + name;
  }

  @Override
  public Optional<String> get(String name) {
    String path = path(name);
    try {
      return Optional.of(
          client.getParameter(r -> r.name(path).withDecryption(true)).parameter().value());
    } catch (ParameterNotFoundException e) {
      return Optional.empty();
    } catch (SdkException e) {
      throw new PortException("secret " + name + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void put(String name, String value) {
    SecretRules.checkValue(name, value);
    String path = path(name);
    try {
      client.putParameter(r ->
          r.name(path)
              .value(value)
              .type(ParameterType.SECURE_STRING)
              .tier(ParameterTier.INTELLIGENT_TIERING)
              .overwrite(true));
    } catch (SdkException e) {
      throw new PortException("secret " + name + " cannot be kept: " + e.getMessage(), e);
    }
  }

  @Override
  public void delete(String name) {
    String path = path(name);
    try {
      client.deleteParameter(r -> r.name(path));
    } catch (ParameterNotFoundException e) {
      // It is gone, as asked.
    } catch (SdkException e) {
      throw new PortException("secret " + name + " cannot be deleted: " + e.getMessage(), e);
    }
  }
}
