using TrustedApps;
using TrustedApps.Keys;
using TrustedApps.Storage;

// Changes the trusts of a store until it is killed, and says of each change that it begins, and when it is confirmed:
// "begin ID VERSION STATE", "done ID VERSION STATE". Its arguments are the connection, a base64 public key, a seed, and for each trust that was
// ever there "ID VERSION STATE". It reads nothing by itself: that would take longer than what is to be interrupted.
RsaPublicKey key = RsaPublicKey.Parse(args[1]);
var random = new Random(int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture));
await using TrustedAppsStore store = await TrustedAppsStore.OpenAsync(args[0]);

string[] ids = [.. Enumerable.Range(0, 8).Select(number => $"app:{number}")];
var known = ids.ToDictionary(id => id, _ => (Version: 0L, State: "removed"), StringComparer.Ordinal);
foreach (string[] parts in args[3..].Select(line => line.Split(' '))) known[parts[0]] = (long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), parts[2]);

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
