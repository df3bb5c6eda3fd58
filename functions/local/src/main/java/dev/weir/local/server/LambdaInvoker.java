package dev.weir.local.server;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;

/**
 * Calls a handler as Lambda's Java runtime does: bytes in, bytes out. The event's and the answer's
 * types are found by reflection once; event types go through the runtime's own mix-ins.
 *
 * <p>Thread-safe where the handler is.
 */
public final class LambdaInvoker {

  /** Lambda's limit for a synchronous invocation's event and answer, in bytes. */
  public static final int PAYLOAD_MAX_BYTES = 6 << 20;

  private final String name;
  private final RequestHandler<Object, Object> handler;
  private final PojoSerializer<Object> input;
  private final PojoSerializer<Object> output;
  private final Duration timeout;

  private LambdaInvoker(RequestHandler<Object, Object> handler, Method method, Duration timeout) {
    this.name = handler.getClass().getSimpleName();
    this.handler = handler;
    this.input = serializer(method.getParameterTypes()[0]);
    this.output = serializer(method.getReturnType());
    this.timeout = timeout;
  }

  /**
   * Looks at the handler's types.
   *
   * @param timeout what the handler's context counts down from; the caller enforces it
   * @throws IllegalArgumentException where {@code handleRequest} is not declared with its types
   */
  public static LambdaInvoker of(RequestHandler<?, ?> handler, Duration timeout) {
    Method method =
        Arrays.stream(handler.getClass().getMethods())
            .filter(m -> m.getName().equals("handleRequest") && !m.isBridge())
            .filter(m -> m.getParameterCount() == 2)
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    handler.getClass().getName() + " declares no handleRequest"));
    if (method.getParameterTypes()[0] == Object.class) {
      throw new IllegalArgumentException(
          handler.getClass().getName() + ".handleRequest does not name its event's type");
    }
    return new LambdaInvoker(erase(handler), method, timeout);
  }

  /** The handler's class, as a function's name. */
  public String name() {
    return name;
  }

  /**
   * Invokes the handler.
   *
   * @param event JSON as the service would send it
   * @return the answer's JSON
   * @throws IllegalArgumentException where the event or the answer exceeds {@link
   *     #PAYLOAD_MAX_BYTES}
   */
  public byte[] invoke(byte[] event) {
    check("event", event.length);
    Object request = input.fromJson(new ByteArrayInputStream(event));
    Object response =
        handler.handleRequest(request, new LocalContext(name, UUID.randomUUID(), timeout));
    ByteArrayOutputStream answer = new ByteArrayOutputStream(1024);
    output.toJson(response, answer);
    check("answer", answer.size());
    return answer.toByteArray();
  }

  private void check(String what, int bytes) {
    if (bytes > PAYLOAD_MAX_BYTES) {
      throw new IllegalArgumentException(
          "%s %d B > %d B (function %s)".formatted(what, bytes, PAYLOAD_MAX_BYTES, name));
    }
  }

  @SuppressWarnings("unchecked") // the serializers are made for the handler's own types
  private static RequestHandler<Object, Object> erase(RequestHandler<?, ?> handler) {
    return (RequestHandler<Object, Object>) handler;
  }

  @SuppressWarnings("unchecked") // see erase
  private static PojoSerializer<Object> serializer(Class<?> type) {
    if (LambdaEventSerializers.isLambdaSupportedEvent(type.getName())) {
      return (PojoSerializer<Object>)
          LambdaEventSerializers.serializerFor(type, LambdaInvoker.class.getClassLoader());
    }
    return (PojoSerializer<Object>) JacksonFactory.getInstance().getSerializer(type);
  }
}
