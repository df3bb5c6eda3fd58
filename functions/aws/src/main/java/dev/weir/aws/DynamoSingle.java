package dev.weir.aws;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** The one write of a transaction, sent as a plain write: one unit per KB instead of two. */
final class DynamoSingle {

  private DynamoSingle() {}

  static void send(DynamoDbClient client, TransactWriteItem item) {
    if (item.put() != null) {
      put(client, item.put());
    } else if (item.update() != null) {
      update(client, item.update());
    } else {
      delete(client, item.delete());
    }
  }

  private static void put(DynamoDbClient client, Put put) {
    client.putItem(r ->
        r.tableName(put.tableName())
            .item(put.item())
            .conditionExpression(put.conditionExpression())
            .expressionAttributeNames(put.expressionAttributeNames())
            .expressionAttributeValues(put.expressionAttributeValues())
            .returnValuesOnConditionCheckFailure(put.returnValuesOnConditionCheckFailure()));
  }

  private static void update(DynamoDbClient client, Update update) {
    client.updateItem(r ->
        r.tableName(update.tableName())
            .key(update.key())
            .updateExpression(update.updateExpression())
            .conditionExpression(update.conditionExpression())
            .expressionAttributeNames(update.expressionAttributeNames())
            .expressionAttributeValues(update.expressionAttributeValues())
            .returnValuesOnConditionCheckFailure(update.returnValuesOnConditionCheckFailure()));
  }

  private static void delete(DynamoDbClient client, Delete delete) {
    client.deleteItem(r ->
        r.tableName(delete.tableName())
            .key(delete.key())
            .conditionExpression(delete.conditionExpression())
            .expressionAttributeNames(delete.expressionAttributeNames())
            .expressionAttributeValues(delete.expressionAttributeValues())
            .returnValuesOnConditionCheckFailure(delete.returnValuesOnConditionCheckFailure()));
  }
}
