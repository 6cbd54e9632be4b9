namespace TrustedApps.Tool.Tests.Commands;

public sealed class CertificateVectorTests
{
    // Documents that the reference accepts and we do not, each with the rule of the specification (legacy.md, section 1).
    private static readonly Dictionary<string, string> _stricter = new(StringComparer.Ordinal)
    {
        ["doc-plain-long-id"] = "Application ids are 1 to 255 characters",
    };

    public static TheoryData<string> Accepted { get; } = [.. Vectors.Certificates.Keys.Where(id => Status(id) == "ok" && !_stricter.ContainsKey(id))];

    public static TheoryData<string> Refused { get; } = [.. Vectors.Certificates.Keys.Where(id => Status(id) != "ok")];

    public static TheoryData<string> Stricter { get; } = [.. _stricter.Keys];

    [Theory, MemberData(nameof(Accepted))]
    public async Task Document_that_the_reference_reads_is_read_alike(string id)
    {
        JsonNode verdict = Vectors.Certificates[id]["verdict"]!;
        ToolRun run = await ReadAsync(id);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal((string?)verdict["id"], (string?)run.Json["id"]);
        JsonNode key = Assert.Single(run.Json["keys"]!.AsArray())!;
        Assert.Equal((int)verdict["modulus_bits"]!, (int)key["bits"]!);
        Assert.Equal((long)verdict["exponent"]!, (long)key["exponent"]!);
        Assert.Equal((string?)verdict["public_key"], (string?)key["publicKey"]);
    }

    [Theory, MemberData(nameof(Refused))]
    public async Task Document_that_the_reference_refuses_is_refused(string id)
    {
        ToolRun run = await ReadAsync(id);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("trusted-apps: ", run.Error, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stricter))]
    public async Task Document_that_a_rule_forbids_is_refused_though_the_reference_reads_it(string id)
    {
        Assert.Equal("ok", Status(id));
        Assert.Equal(1, (await ReadAsync(id)).ExitCode);
    }

    [Theory, MemberData(nameof(Accepted))]
    public async Task Warning_is_there_exactly_for_a_key_that_no_trust_takes(string id)
    {
        JsonNode verdict = Vectors.Certificates[id]["verdict"]!;
        bool isWeak = (int)verdict["modulus_bits"]! < 2048 || (long)verdict["exponent"]! < 65_537;
        Assert.Equal(isWeak, (await ReadAsync(id)).Json["warning"] is not null);
    }

    private static string Status(string id) => (string)Vectors.Certificates[id]["verdict"]!["status"]!;

    private static Task<ToolRun> ReadAsync(string id) =>
        ToolRun.InProcessAsync(((JsonValue)Vectors.Certificates[id]["body_base64"]!).Deserialize<byte[]>()!, "certificate", "read", "-");
}
