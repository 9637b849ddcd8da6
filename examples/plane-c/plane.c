/*
 * A data plane in C for samid, by the protocol of docs/plane-protocol.md. It knows no kind, so it serves whatever it is told
 * to: ./plane /run/x.sock session=1000000 ipsec-sa. To make a device's plane of it, program the hardware where edit() changes
 * the tables, and call set_row() and remove_row() for what it reports, as traffic() does.
 */
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
enum { LINE = 65536, WINDOW = 32, DEPTH = 64, KINDS = 64, BUCKETS = 1 << 20, MOST = 1 << 30, LEAST_LINE = 1024 };
struct kind { char *name; long limit, used, more; }; /* more: entries that the open prepare adds */
struct table { char *vm, *name; int frozen; struct kind *kind; struct row *first, *last; struct table *next; };
struct row { struct table *table; char *key, *json; struct row *next, *prev, *chain; };
struct part { struct part *next; char line[]; };
struct call { long id, credit; int watch, lost; char *vm; struct row *at; struct call *next; };
static struct kind kinds[KINDS + 1]; static struct table *tables;
static struct row *bucket[BUCKETS]; /* rows of all tables, by table and key. A table has a list of its own, for reading */
static struct call *calls;                  /* reads and watches that go on */
static struct part *parts, **tail = &parts; /* lines of the prepare that is open */
static long prepare_id, complete, left;     /* its id or 0, whether all of it is here, lines it may still send */
static int out = -1, greeted, peer_line, traffic_open = 1; /* peer_line: the longest that the server takes */
static char boot[64];
static void *need(void *memory) { return memory ? memory : (perror("plane"), exit(1), NULL); }
static char *copy(const char *text, size_t length) { return memcpy(need(calloc(1, length + 1)), text, length); }
/* ---- JSON: values are found in the line, not taken apart. take() checks the whole line with skip() first ---- */
static const char *space(const char *p) { while (*p == ' ' || *p == '\t' || *p == '\r') p++; return p; }
static const char *skip(const char *p, int depth) { /* the end of the value at p; NULL when it is not JSON */
	p = space(p);
	if (*p == '"') {
		while (*(p += 1 + strcspn(p + 1, "\"\\")) == '\\') if (!*++p) return NULL;
		return *p ? p + 1 : NULL;
	}
	if (*p != '{' && *p != '[') {
		const char *end = p + strcspn(p, "\"{[:,]} \t\r");
		return end > p && strchr("-0123456789tfn", *p) && !(*end && strchr("\"{[:", *end)) ? end : NULL;
	}
	char close = *p == '{' ? '}' : ']';
	if (*(p = space(p + 1)) == close) return p + 1;
	for (;; p = space(p + 1)) {
		if (close == '}' && (*p != '"' || !(p = skip(p, 0)) || *(p = space(p)) != ':' || !p++)) return NULL;
		if (!depth || !(p = skip(p, depth - 1))) return NULL;
		if (*(p = space(p)) == close) return p + 1;
		if (*p != ',') return NULL;
	}
}
static const char *member(const char *object, const char *name) { /* the value of a member; NULL without it */
	size_t length = strlen(name);
	for (const char *p = space(space(object) + 1); *p == '"'; p = space(p + 1)) {
		const char *value = space(space(skip(p, 0)) + 1);
		if (!strncmp(p + 1, name, length) && p[length + 1] == '"') return value;
		if (*(p = space(skip(value, DEPTH))) != ',') return NULL;
	}
	return NULL;
}
static long number(const char *line, const char *name) { return (line = member(line, name)) ? strtol(line, NULL, 10) : 0; }
static char *text(const char *object, const char *name) { /* a copy of a string; names and keys have no escapes */
	const char *value = member(object, name);
	return value && *value == '"' ? copy(value + 1, (size_t)(skip(value, 0) - value - 2)) : NULL;
}
/* ---- lines to the device server, which always reads: writing may wait ---- */
static void say(const char *format, ...) {
	static char line[2 * LINE], *at;
	va_list values; va_start(values, format);
	ssize_t done, length = vsnprintf(line, sizeof line - 1, format, values);
	va_end(values);
	for (line[length++] = '\n', at = line; length && out >= 0; length -= done, at += done)
		if ((done = write(out, at, (size_t)length)) < 0) done = 0, out = -1;
}
static void ok(long id) { say("{\"id\":%ld,\"ok\":{}}", id); }
static void refuse(long id, const char *tag, const char *why) {
	say("{\"id\":%ld,\"error\":[{\"tag\":\"%s\",\"message\":\"%s\"}]}", id, tag, why);
}
static struct row **find_row(struct table *table, const char *key) { /* where it is, or would be */
	size_t hash = (size_t)table >> 5;
	for (const char *p = key; *p; p++) hash = (hash ^ (unsigned char)*p) * 0x100000001b3;
	struct row **at = &bucket[(hash ^ hash >> 32) % BUCKETS];
	while (*at && ((*at)->table != table || strcmp((*at)->key, key))) at = &(*at)->chain;
	return at;
}
static struct kind *find_kind(const char *table) { /* by KIND/LIST */
	size_t n = strcspn(table, "/");
	struct kind *it = kinds; while (it->name && (strlen(it->name) != n || strncmp(it->name, table, n))) it++;
	return it->name ? it : NULL;
}
static struct table *find_table(const char *vm, const char *name) { /* made when it is wanted, and kept */
	struct table *table = tables;
	while (table && (strcmp(table->name, name) || strcmp(table->vm, vm))) table = table->next;
	if (table || (*name && !find_kind(name))) return table;
	table = need(calloc(1, sizeof *table));
	table->vm = copy(vm, strlen(vm)), table->name = copy(name, strlen(name)), table->kind = find_kind(name);
	return table->next = tables, tables = table;
}
static void report(struct table *table, const char *op, const char *json) { /* to watches; a line costs one credit */
	for (struct call *watch = calls; watch; watch = watch->next) {
		if (!watch->watch || strcmp(watch->vm, table->vm)) continue;
		if ((watch->lost |= watch->credit <= 0) || !watch->credit--) continue;
		say("{\"id\":%ld,\"op\":\"%s\",\"table\":\"%s\",\"rows\":[%s]}", watch->id, op, table->name, json);
	}
}
static void set_row(struct table *table, char *key, char *json) { /* takes key and json over */
	struct row **at = find_row(table, key), *row = *at;
	if (row) free(row->json), free(key);
	else {
		row = *at = need(calloc(1, sizeof *row));
		row->table = table, row->key = key, row->prev = table->last;
		table->last = *(row->prev ? &row->prev->next : &table->first) = row;
		table->kind->used++;
	}
	report(table, "set", row->json = json);
}
static void remove_row(struct row *row) {
	struct table *table = row->table;
	*find_row(table, row->key) = row->chain;
	*(row->prev ? &row->prev->next : &table->first) = row->next;
	*(row->next ? &row->next->prev : &table->last) = row->prev;
	for (struct call *read = calls; read; read = read->next) if (read->at == row) read->at = row->next;
	table->kind->used--;
	report(table, "remove", row->json);
	free(row->key), free(row->json), free(row);
}
/* ---- prepare keeps the lines, apply does what they say ---- */
static void set_vm(const char *id, const char *config) { /* the table without a name says whether a VM is frozen */
	int gone = !config || *config != '{';
	char *mode = gone ? NULL : text(config, "mode"); find_table(id, "")->frozen = mode && !strcmp(mode, "frozen");
	for (struct table *table = gone ? tables : NULL; table; table = table->next)
		while (!strcmp(table->vm, id) && table->first) remove_row(table->first);
	free(mode);
}
static void edit(const char *line, int make) { /* unless make, only counts what it would add */
	static char *vm; /* of the lines that follow */
	char *op = text(line, "op"), *name = text(line, "table"), *id = op ? NULL : text(line, "vm");
	const char *row = member(line, "rows");
	if (id) free(vm), vm = id;
	if (id && make) set_vm(id, member(line, "config"));
	struct table *table = op && name && vm ? find_table(vm, name) : NULL;
	while (table && make && !strcmp(op, "clear") && table->first) remove_row(table->first);
	for (row = table && row && *row == '[' ? space(row + 1) : ""; *row == '{'; row = *row == ',' ? space(row + 1) : row) {
		const char *json = member(row, "row");
		char *key = text(row, "key");
		struct row *old = key ? *find_row(table, key) : NULL;
		int set = key && json && *json == '{' && !strcmp(op, "set"), gone = old && !strcmp(op, "remove");
		if (!make) table->kind->more += (set && !old) - gone;
		else if (gone) remove_row(old);
		if (make && set) set_row(table, key, copy(json, (size_t)(skip(json, DEPTH) - json)));
		else free(key);
		row = space(skip(row, DEPTH));
	}
	free(op), free(name);
}
static void end_prepare(long call) { /* call: the id of the apply; 0 when nothing is to be made of it */
	for (struct part *part; (part = parts); free(part)) {
		if (parts = part->next, call) edit(part->line, 1);
		if (call && ++left % 256 == 0) say("{\"id\":%ld,\"working\":true}", call); /* it may take long */
	}
	for (struct kind *kind = kinds; kind->name; kind++) kind->more = 0;
	tail = &parts, prepare_id = complete = 0;
}
static void end_stage(void) { /* everything has been said: is there room? */
	char why[160]; struct kind *kind = kinds;
	while (kind->name && (!kind->limit || kind->more <= 0 || kind->used + kind->more <= kind->limit)) kind++;
	if (!kind->name) { complete = 1, ok(prepare_id); return; }
	snprintf(why, sizeof why, "%.64s: %ld more, %ld of %ld free", kind->name, kind->more, kind->limit - kind->used, kind->limit);
	refuse(prepare_id, "resource-denied", why), end_prepare(0);
}
static void stage(const char *line) {
	char *name = text(line, "table"); size_t size = strlen(line) + 1;
	if (complete || left-- <= 0) refuse(prepare_id, "operation-failed", "a line without credit"), end_prepare(0);
	else if (name && !find_kind(name)) refuse(prepare_id, "operation-not-supported", "no such table"), end_prepare(0);
	else if (!name && member(line, "end")) end_stage();
	else {
		struct part *part = *tail = need(malloc(sizeof *part + size));
		tail = &part->next, part->next = NULL, memcpy(part->line, line, size), edit(line, 0);
		if (left == WINDOW / 2) left += WINDOW / 2, say("{\"id\":%ld,\"credit\":%d}", prepare_id, WINDOW / 2);
	}
	free(name);
}
static void add_credit(struct call *call, long more) { if (more > 0) call->credit += more < MOST ? more : MOST; }
static void end_call(struct call **at) { struct call *call = *at; *at = call->next, free(call->vm), free(call); }
static void cancel(long id) {
	for (struct call **at = &calls; *at;) if ((*at)->id == id) end_call(at); else at = &(*at)->next;
}
static int pump(void) { /* a line for each read that has credit; whether there is more to say at once */
	static char list[LINE]; int more = 0;
	for (struct call **at = &calls, *call; (call = *at);) {
		size_t length = 0, size;
		if (call->lost && call->credit > 0) call->credit--, call->lost = 0, say("{\"id\":%ld,\"op\":\"lost\"}", call->id);
		for (; call->credit > 0 && call->at; call->at = call->at->next, length += size + 1) {
			if (length + (size = strlen(call->at->json)) + 64 > (size_t)peer_line) break;
			memcpy(list + length, call->at->json, size), list[length + size] = ',';
		}
		if (length) call->credit--, say("{\"id\":%ld,\"rows\":[%.*s]}", call->id, (int)length - 1, list);
		more |= length && call->at && call->credit > 0;
		if (!length && call->at && call->credit > 0) refuse(call->id, "too-big", "the entry is too long"), end_call(at);
		else if (!call->watch && !call->at) ok(call->id), end_call(at);
		else at = &call->next;
	}
	return more;
}
static void hello(long id, const char *line) {
	peer_line = (unsigned long)number(line, "max-line") - 1 < LINE ? (int)number(line, "max-line") : LINE;
	for (const char *at = member(line, "versions"); at && *at && *at != ']'; at = strpbrk(at, ",]"))
		greeted |= strtol(++at, NULL, 10) == 1 && peer_line >= LEAST_LINE;
	if (!greeted) refuse(id, "operation-not-supported", "only version 1 is spoken here, and lines of 1024 bytes");
	else say("{\"id\":%ld,\"ok\":{\"version\":1,\"name\":\"plane-c\",\"boot-id\":\"%s\",\"max-line\":%d}}", id, boot, LINE);
}
static void tell_kinds(long id) {
	char list[KINDS * 160], *at = list;
	for (struct kind *kind = kinds; kind->name; kind++) {
		at += sprintf(at, ",{\"kind\":\"%.64s\",\"used\":%ld", kind->name, kind->used);
		at += kind->limit ? sprintf(at, ",\"limit\":%ld}", kind->limit) : sprintf(at, "}");
	}
	say("{\"id\":%ld,\"ok\":{\"kinds\":[%s]}}", id, list + 1);
}
static void begin(long id, const char *line, int watch) { /* a read or a watch */
	struct call *call = need(calloc(1, sizeof *call));
	char *name = text(line, "table"), *key = text(line, "key");
	add_credit(call, number(line, "credit")), call->id = id, call->watch = watch, call->vm = text(line, "vm");
	struct table *table = call->vm && name ? find_table(call->vm, name) : NULL;
	struct row *row = table && key ? *find_row(table, key) : NULL;
	call->at = table && !key ? table->first : NULL, call->next = calls, calls = call;
	if (!call->vm || (!watch && !table)) refuse(id, "operation-not-supported", "there is no such table"), end_call(&calls);
	else if (row) say("{\"id\":%ld,\"rows\":[%s]}", id, row->json);
	else if (watch) ok(id);
	free(name), free(key);
}
static void answer(long id, const char *call, const char *line) {
	int open = prepare_id && number(line, "prepare") == prepare_id;
	if (!strcmp(call, "hello")) hello(id, line);
	else if (!greeted) refuse(id, "operation-failed", "hello comes first");
	else if (!strcmp(call, "kinds")) tell_kinds(id);
	else if (!strcmp(call, "prepare") && prepare_id) refuse(id, "in-use", "a prepare is open");
	else if (!strcmp(call, "prepare")) prepare_id = id, left = WINDOW, say("{\"id\":%ld,\"credit\":%d}", id, WINDOW);
	else if (!strcmp(call, "apply") && open && complete) end_prepare(id), ok(id);
	else if (!strcmp(call, "apply")) refuse(id, "operation-failed", "that is not prepared");
	else if (!strcmp(call, "abort")) { if (open) end_prepare(0); ok(id); }
	else if (!strcmp(call, "read") || !strcmp(call, "watch")) begin(id, line, *call == 'w');
	else if (!strcmp(call, "cancel")) cancel(number(line, "cancel")), ok(id);
	else refuse(id, "operation-not-supported", "there is no such call");
}
static void take(const char *line) {
	const char *end = skip(line, DEPTH);
	long id = end && !*space(end) && *space(line) == '{' ? number(line, "id") : 0;
	char *call = id > 0 ? text(line, "call") : NULL;
	if (id <= 0) refuse(0, "malformed-message", "a line is a JSON object with an id"), out = -1;
	else if (call) answer(id, call, line);
	else if (id == prepare_id) stage(line);
	else for (struct call *it = calls; it; it = it->next) if (it->id == id) add_credit(it, number(line, "credit"));
	free(call);
}
static void traffic(void) { /* from standard input: set VM KIND/LIST KEY JSON, remove VM KIND/LIST KEY */
	static char line[LINE];
	char op[8], id[256], name[256], key[1024];
	int at = 0, more = fgets(line, LINE, stdin) != NULL;
	if (!more || sscanf(line, "%7s %255s %255s %1023s %n", op, id, name, key, &at) < 4) { traffic_open = more; return; }
	struct table *table = find_table(id, "")->frozen ? NULL : find_table(id, name);
	struct row *row = table ? *find_row(table, key) : NULL;
	if (table && !strcmp(op, "set")) set_row(table, copy(key, strlen(key)), copy(line + at, strcspn(line + at, "\n")));
	else if (row) remove_row(row);
}
static void serve(void) { /* one connection, until its end */
	static char line[LINE + 1]; size_t length = 0;
	for (greeted = 0; out >= 0;) {
		struct pollfd wait[] = { { out, POLLIN, 0 }, { traffic_open ? 0 : -1, POLLIN, 0 } };
		if (poll(wait, 2, pump() ? 0 : -1) < 0) continue;
		if (wait[1].revents) traffic();
		if (!wait[0].revents) continue;
		ssize_t got = read(out, line + length, LINE - length);
		if (got <= 0) break;
		char *from = line, *end;
		line[length += (size_t)got] = 0;
		for (; out >= 0 && (end = memchr(from, '\n', (size_t)(line + length - from))); from = end + 1)
			*end = 0, take(from);
		memmove(line, from, length -= (size_t)(from - line));
		if (length == LINE) refuse(0, "too-big", "the line is too long"), out = -1;
	}
	for (end_prepare(0); calls;) end_call(&calls);
}
int main(int count, char **arguments) {
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listening = socket(AF_UNIX, SOCK_STREAM, 0), connection;
	if (count < 3 || count - 2 > KINDS || strlen(arguments[1]) >= sizeof address.sun_path)
		return fputs("usage: plane SOCKET KIND[=LIMIT]...\n", stderr), 2;
	for (int i = 2; i < count; i++) {
		char *limit = strchr(kinds[i - 2].name = arguments[i], '=');
		if (limit) *limit = 0, kinds[i - 2].limit = strtol(limit + 1, NULL, 10);
	}
	signal(SIGPIPE, SIG_IGN), setvbuf(stdin, NULL, _IONBF, 0);
	snprintf(boot, sizeof boot, "%ld-%ld", (long)time(NULL), (long)getpid());
	unlink(strcpy(address.sun_path, arguments[1]));
	if (bind(listening, (void *)&address, sizeof address) || listen(listening, 8)) return perror(arguments[1]), 1;
	for (puts("ready"), fflush(stdout); (out = connection = accept(listening, NULL, NULL)) >= 0; close(connection)) serve();
}
