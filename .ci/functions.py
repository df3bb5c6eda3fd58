"""Starts each built function under AWS's Lambda Runtime Interface Emulator, with the real Java
runtime client on JDK 25, and lets it answer an event of each kind. The table is DynamoDB Local,
made as template.yaml says; parameters and queues are a stub that does just enough (CloudStub).

usage: functions.py JAVA RUNTIME_CLIENT_FOLDER EMULATOR
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile

from cfnlint.decode.cfn_yaml import load

ROOT = pathlib.Path(__file__).resolve().parent.parent
JAVA, RUNTIME, EMULATOR = sys.argv[1:4]
LAYER = pathlib.Path("/opt/weir/plugins")  # where Lambda puts a layer's files
TOKEN = "control-token-of-this-run"
START_MAX_S = 60
passed = 0


def check(what, holds, seen):
    global passed
    if not holds:
        sys.exit(f"FAILED: {what}: {seen}")
    passed += 1
    print(f"ok  {what}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def post(url, body, headers=None, timeout=START_MAX_S):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers or {}, method="POST")
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.loads(answer.read() or b"null")


@contextlib.contextmanager
def process(log, command, **more):
    with open(log, "wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **more)
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def wait_for(what, log, probe):
    deadline = time.monotonic() + START_MAX_S
    while time.monotonic() < deadline:
        found = probe()
        if found:
            return found
        time.sleep(0.2)
    sys.exit(f"FAILED: {what} did not start within {START_MAX_S} s:\n{log.read_text()[-4000:]}")


def listening(log):
    for line in log.read_text().splitlines():
        if line.startswith("listening on "):
            return line.removeprefix("listening on ")
    return None


def aws(cloud, target, body):
    return post(cloud, body, {"X-Amz-Target": target, "Authorization": AUTHORIZATION})


AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=00"
)


def make_table(cloud):
    properties = load(str(ROOT / "template.yaml"))["Resources"]["Table"]["Properties"]
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema")
    table = {name: properties[name] for name in wanted}
    aws(cloud, "DynamoDB_20120810.CreateTable", {"TableName": "weir-table", **table})


@contextlib.contextmanager
def function(work, cloud, name, zip_file, handler, more=None):
    """A function, started when it is first called; yields what calls it."""
    task = work / pathlib.Path(zip_file).stem
    if not task.exists():
        with zipfile.ZipFile(ROOT / zip_file) as archive:
            archive.extractall(task)
    door, api = free_port(), free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": cloud,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "29",
        "LAMBDA_TASK_ROOT": str(task),
        "_HANDLER": handler,
        "WEIR_TABLE": "weir-table",
        "WEIR_BUCKET": "weir-bucket",
        "WEIR_PREFIX": "weir",
        **(more or {}),
    }
    command = [EMULATOR, "--runtime-interface-emulator-address", f"127.0.0.1:{door}"]
    command += ["--runtime-api-address", f"127.0.0.1:{api}"]
    command += [JAVA, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"]
    command += ["--enable-native-access=ALL-UNNAMED", "-cp", f"{RUNTIME}/*"]
    command += ["com.amazonaws.services.lambda.runtime.api.client.AWSLambda", handler]
    log = work / f"{name}.log"
    with process(log, command, cwd=task, env=environment):

        def connected():
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", door)) == 0

        wait_for(name, log, connected)
        url = f"http://127.0.0.1:{door}/2015-03-31/functions/function/invocations"

        def call(event):
            try:
                answer = post(url, event)
            except urllib.error.HTTPError as e:
                answer = {"errorType": f"HTTP {e.code}"}
            if isinstance(answer, dict) and "errorType" in answer:
                sys.exit(f"FAILED: {name}: {answer}\n{log.read_text()[-6000:]}")
            return answer

        yield call


def http(method, path, body=None, headers=None):
    event = json.loads((ROOT / "infra/events/http.json").read_text())
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["requestContext"]["http"]["method"] = method
    event["headers"].update(headers or {})
    event["body"] = body if isinstance(body, str) else json.dumps(body) if body else None
    return event


def messages(queue, body):
    event = json.loads((ROOT / "infra/events/queue.json").read_text())
    event["Records"][0]["eventSourceARN"] = f"arn:aws:sqs:us-east-1:111122223333:weir-{queue}.fifo"
    event["Records"][0]["body"] = json.dumps(body)
    return event


def gateway(work, cloud):
    zip_file = "functions/gateway/target/weir-gateway.zip"
    more = {"WEIR_JOB_QUEUE": "q", "WEIR_JOB_DEFINITION": "d", "WEIR_CLUSTER": "c"}

    def start(name):
        return function(work, cloud, name, zip_file, f"dev.weir.gateway.{name}", more)

    for name, path in (
        ("InferApi", "/v1/models/support/predict"),
        ("AgentApi", "/agent/v1/heartbeat"),
    ):
        with start(name) as call:
            answer = call(http("POST", path, {}))
            check(f"{name} asks who calls", answer["statusCode"] == 401, answer)
    for name, queue, body in (
        ("JobsQueue", "jobs", {"jobId": "none", "attempt": 1}),
        ("ChannelEventsQueue", "channel-events", {"channelId": "none", "dedupeKey": "none"}),
        ("CallsQueue", "calls", {"callId": "none"}),
        ("NoticesQueue", "notices", {"month": "2026-11", "noticeId": "none"}),
    ):
        with start(name) as call:
            answer = call(messages(queue, body))
            check(f"{name} answers for each message", "batchItemFailures" in answer, answer)
    with start("Schedule") as call:
        answer = call(json.loads((ROOT / "infra/events/schedule.json").read_text()))
        check("Schedule goes through all its steps", answer.get("sealed") == 0, answer)
    with start("ControlApi") as call:
        answer = call(http("GET", "/control/v1/channels"))
        check("ControlApi asks who calls", answer["statusCode"] == 401, answer)
        configure(call)


def configure(call):
    """What a channel needs before its function starts, through the API and the real table."""
    owner = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    plugin = {
        "id": "partner-reseller",
        "version": "1",
        "kind": "partner",
        "api": "1.0",
        "sha512": "",
        "keyId": "ci",
        "capabilities": ["inbound", "reporting", "settlement"],
        "settings": [
            {"name": "webhook_url", "type": "url", "required": True, "help": "receives usage"}
        ],
        "secrets": [
            {"name": "webhook_secret", "help": "ours"},
            {"name": "inbound_secret", "help": "theirs"},
        ],
        "meters": [],
    }
    channel = {
        "plugin": "partner-reseller",
        "productId": "support",
        "planId": "standard",
        "currency": "USD",
        "settings": {"webhook_url": "https://partner.example/hooks"},
        "secrets": {"webhook_secret": SECRET, "inbound_secret": SECRET},
    }
    for path, body in (
        ("plugins/partner-reseller", plugin),
        ("products/support", {"name": "Support", "endpoint": "support"}),
        ("plans/standard", {"productId": "support", "name": "Standard", "currency": "USD"}),
        ("channels/acme", channel),
    ):
        answer = call(http("PUT", f"/control/v1/{path}", body, owner))
        check(f"ControlApi keeps {path}", answer["statusCode"] == 200, answer)
    answer = call(http("GET", "/control/v1/channels/acme", None, owner))
    url = json.loads(answer["body"])["urls"]["events"]
    check(
        "ControlApi reads it back",
        url == "https://weir.example/channels/acme/events",
        answer,
    )


SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


def signed(body):
    """Standard Webhooks: HMAC of id.timestamp.body."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    now = str(int(time.time()))
    mac = hmac.new(key, f"msg_1.{now}.{body}".encode(), hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": now,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def layer(work):
    """The plugin as its layer lies in Lambda, signed with a key of this run."""
    weir = ROOT / "functions/local/target/weir/bin/weir"
    built = list((ROOT / "plugins/partner-reseller/target/layer/weir/plugins").glob("*.jar"))
    if len(built) != 1:
        sys.exit(f"FAILED: the layer of partner-reseller holds {built}")
    LAYER.mkdir(parents=True)
    jar = pathlib.Path(shutil.copy(built[0], LAYER))
    key = work / "ci"
    for arguments in (["keys", "new", str(key)], ["sign", str(jar), "--key", f"{key}.key"]):
        subprocess.run([weir, "plugin", *arguments], check=True, stdout=subprocess.DEVNULL)
    return {
        "WEIR_CHANNEL": "acme",
        "WEIR_PLUGIN_SHA512": hashlib.sha512(jar.read_bytes()).hexdigest(),
        "WEIR_PLUGIN_KEY": pathlib.Path(f"{key}.pub").read_text().strip(),
    }


def channel(work, cloud, stub_log):
    if LAYER.exists():
        sys.exit(f"FAILED: {LAYER} exists; a layer is put there for this run and removed after it")
    try:
        more = layer(work)
        zip_file = "functions/channel-host/target/weir-channel-host.zip"
        handler = "dev.weir.host.ChannelFunction"
        with function(work, cloud, "Channel", zip_file, handler, more) as call:
            body = json.dumps(
                {
                    "type": "customer.created",
                    "timestamp": "2026-11-22T10:00:00Z",
                    "data": {"id": "c-1", "name": "First customer"},
                }
            )
            answer = call(http("POST", "/channels/acme/events", body))
            check("Channel refuses what is not signed", answer["statusCode"] == 401, answer)
            answer = call(http("POST", "/channels/acme/events", body, signed(body)))
            check("Channel takes what is signed", answer["statusCode"] in (200, 202, 204), answer)
            sent = [json.loads(x) for x in stub_log.read_text().splitlines() if x.startswith("{")]
            told = [m for m in sent if m["QueueUrl"].endswith("weir-channel-events.fifo")]
            check("Channel told the gateway once", len(told) == 1, sent)
            answer = call(messages("deliver-acme", {"not": "a reply"}))
            failed = [f["itemIdentifier"] for f in answer["batchItemFailures"]]
            check("Channel hands back what it cannot read", len(failed) == 1, answer)
    finally:
        shutil.rmtree(LAYER, ignore_errors=True)


def main():
    aws_module = ROOT / "functions/aws/target"
    class_path = (aws_module / "test-class-path.txt").read_text().strip()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        log = work / "cloud.log"
        command = [JAVA, "-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED"]
        command += [f"-Dsqlite4java.library.path={aws_module / 'natives'}"]
        command += ["-cp", f"{aws_module / 'classes'}:{aws_module / 'test-classes'}:{class_path}"]
        with process(log, [*command, "dev.weir.aws.CloudStub"], cwd=work):
            cloud = wait_for("CloudStub", log, lambda: listening(log))
            make_table(cloud)
            for name, value in (
                ("deployment/public-url", "https://weir.example"),
                ("control/token", TOKEN),
                ("bindings/key", base64.b64encode(os.urandom(32)).decode()),
            ):
                aws(cloud, "AmazonSSM.PutParameter", {"Name": f"/weir/{name}", "Value": value})
            gateway(work, cloud)
            channel(work, cloud, log)
    print(f"{passed} passed, 0 failed")


main()
