package dev.weir.aws;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** One DynamoDB Local for all tests of this JVM, with the table that template.yaml makes. */
final class DynamoLocal {

  static final String TABLE = "weir-test";

  private static final AmazonDynamoDBLocal LOCAL = DynamoDBEmbedded.create();
  private static final DynamoDbClient CLIENT = create();

  private DynamoLocal() {}

  static DynamoDbClient client() {
    return CLIENT;
  }

  private static DynamoDbClient create() {
    DynamoDbClient client = LOCAL.dynamoDbClient();
    create(client, TABLE);
    return client;
  }

  /** Another table of the same kind. */
  static String table(String name) {
    create(CLIENT, name);
    return name;
  }

  private static void create(DynamoDbClient client, String name) {
    client.createTable(r ->
        r.tableName(name)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(attribute("p"), attribute("s"))
            .keySchema(key("p", KeyType.HASH), key("s", KeyType.RANGE)));
  }

  private static AttributeDefinition attribute(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }
}
