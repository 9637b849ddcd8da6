"""Moves a VM between two devices with ncclient and nothing else.

Uses only get, lock, edit-config, commit (confirmed, persist) and unlock.

One JSON object on standard input says what to do: {"old": DEVICE, "new": DEVICE, "vm": ID, "stranger": XML},
where DEVICE is {"host", "port", "username", "password"} and "stranger" is a vm element that the new device
must refuse. After the first copy it prints {"at": "standby"} and waits for a line, so that somebody can
change the tables meanwhile. Its last line of output is the result.
"""
import copy
import json
import sys

from lxml import etree
from ncclient import manager
from ncclient.operations import RPCError

SAMI = "urn:sami:yang:sami"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
# What means nothing on another device (sami:local).
LOCAL = {
    "interface",
    "creation-time",
    "last-heard",
    "index",
    "ingress-interface",
    "egress-interface",
}


def connect(device):
    return manager.connect(
        host=device["host"],
        port=device["port"],
        username=device["username"],
        password=device["password"],
        hostkey_verify=False,
        look_for_keys=False,
        allow_agent=False,
        timeout=60,
    )


def read_vm(device, vm):
    """The vm element with everything below it, or None."""
    filter = f'<sami xmlns="{SAMI}"><vm><id>{vm}</id></vm></sami>'
    return device.get(filter=("subtree", filter)).data.find(f".//{{{SAMI}}}vm")


def tables(vm):
    """Count and digest by kind."""
    return {
        table.findtext(f"{{{SAMI}}}kind"): [
            int(table.findtext(f"{{{SAMI}}}entries")),
            table.findtext(f"{{{SAMI}}}digest"),
        ]
        for table in vm.findall(f"{{{SAMI}}}table")
    }


def installable(vm, mode):
    """The same subtree as configuration for the other device, in place of what that has."""
    vm = copy.deepcopy(vm)
    for element in list(vm.iter(etree.Element)):
        name = etree.QName(element)
        is_state = name.namespace == SAMI and name.localname == "table"
        if is_state or name.localname in LOCAL:
            element.getparent().remove(element)
    found = vm.find(f"{{{SAMI}}}mode")
    if found is None:
        found = etree.Element(f"{{{SAMI}}}mode")
        vm.find(f"{{{SAMI}}}id").addnext(found)
    found.text = mode
    vm.set(f"{{{NC}}}operation", "replace")
    return vm


def small(vm, mode=None, operation=None):
    """A vm element with its key and a mode or an operation."""
    element = etree.Element(f"{{{SAMI}}}vm")
    if operation:
        element.set(f"{{{NC}}}operation", operation)
    etree.SubElement(element, f"{{{SAMI}}}id").text = vm
    if mode:
        etree.SubElement(element, f"{{{SAMI}}}mode").text = mode
    return element


def edit(device, vm):
    root = etree.Element(f"{{{NC}}}config")
    etree.SubElement(root, f"{{{SAMI}}}sami").append(vm)
    device.edit_config(target="candidate", config=etree.tostring(root, encoding="unicode"))


def move(old, new, vm):
    with new.locked("candidate"):
        edit(new, installable(read_vm(old, vm), "standby"))
        new.commit()
    print(json.dumps({"at": "standby"}), flush=True)
    sys.stdin.readline()

    # The VM stops here.
    with old.locked("candidate"):
        edit(old, small(vm, mode="frozen"))
        old.commit(confirmed=True, timeout="60", persist="by-hand-old")
    frozen = read_vm(old, vm)
    with new.locked("candidate"):
        # While it is in standby its entries are exactly what is configured.
        edit(new, installable(frozen, "standby"))
        new.commit()
        edit(new, small(vm, mode="learning"))
        new.commit(confirmed=True, timeout="60", persist="by-hand-new")
    before, after = tables(frozen), tables(read_vm(new, vm))
    if before != after:
        raise SystemExit(f"tables differ: {before} {after}")

    new.commit(persist_id="by-hand-new")
    old.commit(persist_id="by-hand-old")
    # The VM runs on the new host.
    with old.locked("candidate"):
        edit(old, small(vm, operation="delete"))
        old.commit()
    return {"before": before, "after": tables(read_vm(new, vm)), "left": read_vm(old, vm) is not None}


def refusal(device, vm):
    """The rpc-error for an edit, as an object; None when it is let through."""
    with device.locked("candidate"):
        try:
            edit(device, vm)
            device.commit()
        except RPCError as error:
            return {"tag": error.tag, "appTag": error.app_tag, "path": error.path, "message": error.message}
    return None


def main():
    task = json.loads(sys.stdin.readline())
    with connect(task["old"]) as old, connect(task["new"]) as new:
        result = {"refusal": refusal(new, etree.fromstring(task["stranger"]))}
        result["untouched"] = read_vm(new, task["vm"]) is None
        result.update(move(old, new, task["vm"]))
    print(json.dumps(result), flush=True)


main()
