using TrustedApps;
using TrustedApps.EntityFrameworkCore;

// Changes the trusts of a store until it is killed, and says of each change that it begins, and when it is confirmed:
// "begin ID VERSION STATE", "done ID VERSION STATE". Its arguments are the connection, a base64 public key and a seed.
RsaPublicKey key = RsaPublicKey.Parse(args[1]);
var random = new Random(int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture));
await using TrustedAppsStore store = await TrustedAppsStore.OpenAsync(args[0]);

string[] ids = [.. Enumerable.Range(0, 8).Select(number => $"app:{number}")];
var known = new Dictionary<string, (long Version, string State)>(StringComparer.Ordinal);
foreach (string id in ids)
{
    AuditEntry? last = (await store.Reports.ListAuditAsync(id, null, 1, default)).FirstOrDefault();
    StoredTrust? trust = await store.Trusts.FindAsync(id, default);
    int changes = (await store.Reports.ListAuditAsync(id, null, 1000, default)).Count;
    known[id] = (trust?.Version ?? changes, trust is null ? "removed" : last!.Action);
}

while (true)
{
    string id = ids[random.Next(ids.Length)];
    (long version, string state) = known[id];
    string next = state == "removed" ? "added" : random.Next(4) switch { 0 => "removed", 1 => "suspended", 2 => "resumed", _ => $"edited-{random.Next()}" };
    Console.WriteLine($"begin {id} {version + 1} {next}");
    await ChangeAsync(id, version, next);
    known[id] = (version + 1, next);
    Console.WriteLine($"done {id} {version + 1} {next}");
}

Task ChangeAsync(string id, long version, string state)
{
    var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"] };
    return state switch
    {
        "added" => store.Trusts.AddAsync(new TrustedApplication(id, key, conditions) { Name = state }, "writer", default),
        "removed" => store.Trusts.RemoveAsync(id, version, "writer", default),
        "suspended" => store.Trusts.SuspendAsync(id, version, "writer", default),
        "resumed" => store.Trusts.ResumeAsync(id, version, "writer", default),
        _ => store.Trusts.EditAsync(id, version, new TrustEdit(state, conditions), "writer", default),
    };
}
