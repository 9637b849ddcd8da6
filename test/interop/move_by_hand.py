"""Moves a VM between two devices with ncclient and nothing else.

Uses only get, lock, edit-config, commit (confirmed, persist), unlock: what design calls "by hand".
Reads one JSON object on stdin ({old: {port, fingerprint…}, new: {…}, vm}), prints one on stdout.
"""
import copy
import json
import sys

from lxml import etree
from ncclient import manager
from ncclient.operations import RPCError

SAMI = "urn:sami:yang:sami"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
LOCAL = {"interface", "creation-time", "last-heard"}


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


def vm_filter(vm):
    return ("subtree", f'<sami xmlns="{SAMI}"><vm><id>{vm}</id></vm></sami>')


def read_vm(device, vm):
    """The vm element with everything below it, or None."""
    data = device.get(filter=vm_filter(vm)).data
    return data.find(f".//{{{SAMI}}}vm")


def tables(vm):
    return {
        table.findtext(f"{{{SAMI}}}kind"): (
            table.findtext(f"{{{SAMI}}}entries"),
            table.findtext(f"{{{SAMI}}}digest"),
        )
        for table in vm.findall(f"{{{SAMI}}}table")
    }


def installable(vm, mode):
    """The same subtree as configuration for the other device: no state, nothing local, another mode."""
    vm = copy.deepcopy(vm)
    for element in list(vm.iter()):
        name = etree.QName(element).localname
        if name == "table" and etree.QName(element).namespace == SAMI or name in LOCAL:
            element.getparent().remove(element)
    found = vm.find(f"{{{SAMI}}}mode")
    if found is None:
        found = etree.SubElement(vm, f"{{{SAMI}}}mode")
    found.text = mode
    return vm


def config(vm):
    root = etree.Element(f"{{{NC}}}config")
    etree.SubElement(root, f"{{{SAMI}}}sami").append(vm)
    return etree.tostring(root, encoding="unicode")


def small(vm, mode=None, operation=None):
    """A vm element with its key and a mode or an operation."""
    element = etree.Element(f"{{{SAMI}}}vm")
    if operation:
        element.set(f"{{{NC}}}operation", operation)
    etree.SubElement(element, f"{{{SAMI}}}id").text = vm
    if mode:
        etree.SubElement(element, f"{{{SAMI}}}mode").text = mode
    return element


def edit(device, element):
    device.edit_config(target="candidate", config=config(element))


def move(old, new, vm):
    steps = []

    def step(name):
        steps.append(name)

    before = read_vm(old, vm)
    with new.locked("candidate"):
        edit(new, installable(before, "standby"))
        new.commit()
    step("standby")

    # The VM stops here.
    with old.locked("candidate"):
        edit(old, small(vm, mode="frozen"))
        old.commit(confirmed=True, timeout="60", persist="by-hand-old")
    step("frozen")

    frozen = read_vm(old, vm)
    with new.locked("candidate"):
        edit(new, installable(frozen, "learning"))
        new.commit(confirmed=True, timeout="60", persist="by-hand-new")
    step("switched")

    arrived = read_vm(new, vm)
    same = tables(frozen) == tables(arrived)
    if not same:
        raise SystemExit(f"tables differ: {tables(frozen)} {tables(arrived)}")
    step("verified")

    new.commit(persist_id="by-hand-new")
    old.commit(persist_id="by-hand-old")
    step("decided")

    # The VM runs on the new host.
    with old.locked("candidate"):
        edit(old, small(vm, operation="delete"))
        old.commit()
    step("retired")
    return {"steps": steps, "tables": tables(read_vm(new, vm)), "left": read_vm(old, vm) is not None}


def refused(device, element):
    """The rpc-error that an edit and commit get, as (tag, path, message)."""
    try:
        with device.locked("candidate"):
            edit(device, element)
            device.commit()
    except RPCError as error:
        device.discard_changes()
        return {"tag": error.tag, "path": error.path, "message": error.message}
    return None


def main():
    task = json.load(sys.stdin)
    with connect(task["old"]) as old, connect(task["new"]) as new:
        stranger = etree.fromstring(task["stranger"]) if "stranger" in task else None
        answer = {"refused": refused(new, stranger) if stranger is not None else None}
        answer.update(move(old, new, task["vm"]))
    json.dump(answer, sys.stdout)


main()
