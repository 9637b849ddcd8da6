"""Every operation that ncclient has, one step after the other, against a device with examples/greenhouse.yang.

One JSON object on standard input says where: {"host", "port", "username", "password"}. For each step there is one
line of JSON: {"step": NAME, "result": WHAT} or {"step": NAME, "error": TAG}. The last line is {"step": "end"}.
"""
import json
import sys

from lxml import etree
from ncclient import manager
from ncclient.operations import RPCError
from ncclient.xml_ import to_ele

NS = "urn:example:greenhouse"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
NMDA = "urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"
DS = "urn:ietf:params:xml:ns:yang:ietf-datastores"

access = json.loads(sys.stdin.readline())


def connect(**more):
    return manager.connect(
        hostkey_verify=False, look_for_keys=False, allow_agent=False, timeout=20, **access, **more
    )


def config(*beds, operation=None):
    """A config element with beds: (name, plant, water or None)."""
    attribute = f' nc:operation="{operation}"' if operation else ""
    text = "".join(
        f"<bed{attribute}><name>{name}</name>"
        + (f"<plant>{plant}</plant>" if plant else "")
        + (f"<water>{water}</water>" if water else "")
        + "</bed>"
        for name, plant, water in beds
    )
    return f'<config xmlns="{NC}" xmlns:nc="{NC}"><greenhouse xmlns="{NS}">{text}</greenhouse></config>'


def beds(reply):
    """What a reply has: {name: {leaf: text}}."""
    return {
        bed.findtext(f"{{{NS}}}name"): {
            etree.QName(leaf).localname: leaf.text for leaf in bed if not leaf.tag.endswith("}name")
        }
        for bed in reply.data_ele.iter(f"{{{NS}}}bed")
    }


def running(device, **more):
    return beds(device.get_config("running", filter=FILTER, **more))


def candidate(device):
    return beds(device.get_config("candidate"))


def step(name, perform):
    try:
        result = perform()
        if hasattr(result, "ok"):
            result = "ok" if result.ok else result.xml
        print(json.dumps({"step": name, "result": result}), flush=True)
    except RPCError as error:
        print(json.dumps({"step": name, "error": error.tag}), flush=True)
    except Exception as error:  # A check of ncclient itself counts as a fault of ours.
        print(json.dumps({"step": name, "fault": f"{type(error).__name__}: {error}"}), flush=True)


FILTER = ("subtree", f'<greenhouse xmlns="{NS}"/>')
device = connect()
other = connect()


def short(capability):
    return capability.split("?")[0].split("capability:")[-1]


step("capabilities", lambda: sorted(short(it) for it in device.server_capabilities if ":capability:" in it))
step("session ids differ", lambda: device.session_id != other.session_id)

# edit-config, with each of its options.
edit = device.edit_config
step("edit candidate", lambda: edit(config(("north", "tomato", 70), ("south", "basil", None))))
step("get-config candidate", lambda: candidate(device))
step("get-config running is untouched", lambda: running(device))
step("validate candidate", lambda: device.validate("candidate"))
step("commit", device.commit)
step("get-config running", lambda: running(device))
step("default-operation none", lambda: edit(config(("west", "leek", None)), default_operation="none"))
step("default-operation merge", lambda: edit(config(("west", "leek", None)), default_operation="merge"))
step("default-operation replace", lambda: edit(config(("only", "leek", None)), default_operation="replace"))
step("replaced candidate", lambda: candidate(device))
step("discard-changes", device.discard_changes)
step("discarded candidate", lambda: candidate(device))
step("operation create of what exists", lambda: edit(config(("north", "leek", None), operation="create")))
step("operation delete of nothing", lambda: edit(config(("nowhere", None, None), operation="delete")))
step("operation remove of nothing", lambda: edit(config(("nowhere", None, None), operation="remove")))
step("operation delete", lambda: edit(config(("south", None, None), operation="delete")))
step("deleted from candidate", lambda: candidate(device))
step("discard again", device.discard_changes)
step("test-only of what is valid", lambda: edit(config(("test", "leek", None)), test_option="test-only"))
step("test-only changes nothing", lambda: candidate(device))
step("test-only of what is invalid", lambda: edit(config(("test", None, 5)), test_option="test-only"))
step("set of what is invalid", lambda: edit(config(("test", None, 5)), test_option="set"))
step("validate what is invalid", lambda: device.validate("candidate"))
step("commit what is invalid", device.commit)
step("discard what is invalid", device.discard_changes)
step("test-then-set", lambda: edit(config(("test", "leek", 5)), test_option="test-then-set"))
two = config(("good", "leek", None)).replace(
    "</greenhouse>", '<bed nc:operation="delete"><name>nowhere</name></bed>'
    "<bed><name>late</name><plant>leek</plant></bed></greenhouse>"
)
step("rollback-on-error", lambda: edit(two, error_option="rollback-on-error"))
step("rolled back", lambda: sorted(candidate(device)))
step("continue-on-error", lambda: edit(two, error_option="continue-on-error"))
step("continued", lambda: sorted(candidate(device)))
step("discard what was continued", device.discard_changes)
step("stop-on-error", lambda: edit(two, error_option="stop-on-error"))
step("discard what was stopped", device.discard_changes)
step("value out of range", lambda: edit(config(("north", "tomato", 101))))
step("edit running", lambda: edit(config(("direct", "mint", None)), target="running"))
step("edited running", lambda: sorted(running(device)))

# Filters and defaults.
step("get with a subtree filter", lambda: beds(
    device.get(("subtree", f'<greenhouse xmlns="{NS}"><bed><name>north</name></bed></greenhouse>'))))
step("get with an XPath filter", lambda: beds(
    device.get(("xpath", ({"g": NS}, "/g:greenhouse/g:bed[g:plant='basil']")))))
step("get-config with an XPath filter", lambda: beds(
    device.get_config("running", ("xpath", ({"g": NS}, "/g:greenhouse/g:bed/g:plant")))))
for mode in ["explicit", "report-all", "trim", "report-all-tagged"]:
    step(f"with-defaults {mode}", lambda: running(device, with_defaults=mode)["south"])
step("get with defaults", lambda: beds(device.get(FILTER, with_defaults="report-all"))["south"])

# Locks.
step("lock", lambda: device.lock("candidate"))
step("lock held by another", lambda: other.lock("candidate"))
step("edit against the lock", lambda: other.edit_config(config(("x", "y", None))))
step("unlock by another", lambda: other.unlock("candidate"))
step("unlock", lambda: device.unlock("candidate"))


def inside():
    with other.locked("running"):
        return "held"


step("locked()", inside)

# copy-config, validate and delete-config with all sorts of places.
inline = config(("copied", "kale", None)).replace("<config", "<source><config").replace("</config>", "</config></source>")
inline = inline.replace("<source><config", f'<source xmlns="{NC}"><config')
step("copy inline to candidate", lambda: device.copy_config(to_ele(inline), "candidate"))
step("copied to candidate", lambda: candidate(device))
step("copy running to candidate", lambda: device.copy_config("running", "candidate"))
step("copied back", lambda: sorted(candidate(device)))
step("copy running to startup", lambda: device.copy_config("running", "startup"))
step("startup", lambda: sorted(beds(device.get_config("startup"))))
step("validate running", lambda: device.validate("running"))
step("validate inline", lambda: device.validate(to_ele(config(("n", "kale", None)))))
step("validate inline what is invalid", lambda: device.validate(to_ele(config(("n", None, 5)))))
step("copy to a file", lambda: device.copy_config("running", "file:///backup.xml"))
step("copy from a file", lambda: device.copy_config("file:///backup.xml", "candidate"))
step("validate a file", lambda: device.validate("file:///backup.xml"))
step("edit-config from a file", lambda: edit("file://localhost/backup.xml", format="url"))
step("delete a file", lambda: device.delete_config("file:///backup.xml"))
step("validate a file that is gone", lambda: device.validate("file:///backup.xml"))
step("delete startup", lambda: device.delete_config("startup"))
step("startup is empty", lambda: sorted(beds(device.get_config("startup"))))
step("delete running", lambda: device.delete_config("running"))
step("discard copies", device.discard_changes)

# Confirmed commit.
step("edit to confirm", lambda: edit(config(("later", "mint", None))))
step("commit confirmed", lambda: device.commit(confirmed=True, timeout="60"))
step("confirming commit", device.commit)
step("confirmed", lambda: "later" in running(device))
step("edit to cancel", lambda: edit(config(("never", "mint", None))))
step("commit to cancel", lambda: device.commit(confirmed=True))
step("pending", lambda: "never" in running(device))
step("cancel-commit", device.cancel_commit)
step("cancelled", lambda: "never" in running(device))
step("discard cancelled", device.discard_changes)
step("edit to persist", lambda: edit(config(("persists", "mint", None))))
step("commit with persist", lambda: device.commit(confirmed=True, timeout="60", persist="token"))
step("confirm without persist-id", other.commit)
step("confirm with a wrong persist-id", lambda: other.commit(persist_id="wrong"))
step("confirm with persist-id", lambda: other.commit(persist_id="token"))
step("edit to cancel by token", lambda: edit(config(("gone", "mint", None))))
step("commit with another token", lambda: device.commit(confirmed=True, timeout="60", persist="second"))
step("cancel with persist-id", lambda: other.cancel_commit(persist_id="second"))
step("cancelled by token", lambda: "gone" in running(device))
step("cancel nothing", device.cancel_commit)
step("discard at last", device.discard_changes)

# Schemas, anything at all, notifications.
step("get-schema", lambda: device.get_schema("greenhouse").data.split("{")[0].strip())
step("get-schema of nothing", lambda: device.get_schema("greenhouses"))
step("get-schema in a format that is not there", lambda: device.get_schema("greenhouse", format="rng"))
get_data = etree.Element(f"{{{NMDA}}}get-data", nsmap={"ds": DS})
etree.SubElement(get_data, f"{{{NMDA}}}datastore").text = "ds:running"
step("dispatch get-data", lambda: b"tomato" in etree.tostring(device.dispatch(get_data)._root))
step("dispatch discard-changes", lambda: device.dispatch("discard-changes"))
step("rpc", lambda: device.rpc(to_ele(f'<validate xmlns="{NC}"><source><running/></source></validate>')))
step("dispatch of nothing known", lambda: device.dispatch("no-such-operation"))
step("poweroff-machine", lambda: device.poweroff_machine())
step("reboot-machine", lambda: device.reboot_machine())

step("create-subscription", lambda: other.create_subscription(stream_name="NETCONF"))
step("create-subscription twice", lambda: other.create_subscription())
step("edit to be told of", lambda: edit(config(("told", "mint", None)), target="running"))


def notified(name):
    """The next notification of that name."""
    while True:
        notification = other.take_notification(timeout=10)
        if notification is None:
            return None
        for child in notification.notification_ele:
            if etree.QName(child).localname == name:
                return {etree.QName(leaf).localname: (leaf.text or "").strip() for leaf in child}


step("take_notification", lambda: (notified("netconf-config-change") or {}).get("datastore"))
third = connect()
step("session of another begins", lambda: (notified("netconf-session-start") or {}).get("session-id") == third.session_id)
step("interleaved get-config", lambda: "told" in running(other))
step("create-subscription in the past", lambda: third.create_subscription(
    start_time="2000-01-01T00:00:00Z", stop_time="2000-01-02T00:00:00Z"))

# Ends.
victim = connect()
step("kill-session", lambda: device.kill_session(victim.session_id))
step("kill-session of nobody", lambda: device.kill_session("4000000"))
step("kill-session of oneself", lambda: device.kill_session(device.session_id))
victim._session.join(10)
step("killed", lambda: victim.connected)
step("close-session", device.close_session)
device._session.join(10)
step("closed", lambda: device.connected)
print(json.dumps({"step": "end"}), flush=True)
for left in (other, third):
    left.close_session()
