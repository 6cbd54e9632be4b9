namespace TrustedApps.Tool.Tests;

/// <summary>The responses of tests/vectors/version-4/proofs.jsonl, each judged by 'trusted-apps proof'.</summary>
public sealed class Version4ProofTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trusted-apps-").FullName;

    public static TheoryData<string> Names { get; } = [.. Version4Vectors.Proofs.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task Proof_of_a_response_is_good_or_bad_as_expected(string name)
    {
        JsonObject vector = Version4Vectors.Proofs[name];
        JsonObject grant = Version4Vectors.Keys["proofs.grant"].DeepClone().AsObject();
        grant.Remove("warning");
        byte[] content = Convert.FromBase64String((string)vector["content"]!);
        string[] arguments =
        [
            "proof",
            .. Written("--grant", Encoding.UTF8.GetBytes(grant.ToJsonString())),
            .. Written("--headers", Encoding.UTF8.GetBytes(Version4Vectors.Keys["proofs.headers"].ToJsonString())),
            "--status", vector["status"]!.ToJsonString(),
            .. content.Length == 0 ? [] : Written("--content", content),
            .. vector["headers"]!.AsArray().SelectMany(header => new[] { "--header", $"{(string)header![0]!}: {(string)header[1]!}" }),
            (string)vector["proof"]!,
        ];

        ToolRun run = await ToolRun.InProcessAsync(arguments);

        bool isGood = (string)vector["expect"]! == "good";
        Assert.True(run.ExitCode == (isGood ? 0 : 1), $"{run.ExitCode}: {run.Output}{run.Error}");
        if (isGood) Assert.True(JsonNode.DeepEquals(vector["claims"], run.Json), run.Output);
    }

    [Fact]
    public void Every_proof_names_the_sentence_it_rests_on()
    {
        Assert.InRange(Version4Vectors.Proofs.Count, 150, 400);
        Assert.All(Version4Vectors.Proofs.Values, vector => Assert.All((string[])["section", "rule", "title"], member => Assert.NotEmpty((string)vector[member]!)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Written(string option, byte[] bytes)
    {
        string file = Path.Combine(_folder, option[2..]);
        File.WriteAllBytes(file, bytes);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return [option, file];
    }
}
