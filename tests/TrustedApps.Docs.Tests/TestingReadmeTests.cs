using System.Reflection;

namespace TrustedApps.Docs.Tests;

/// <summary>The test classes on the page of TrustedApps.Testing, compiled and run as they stand there.</summary>
public sealed class TestingReadmeTests : IDisposable
{
    // How WebApplicationFactory finds the folder of an application without a project.
    private const string ContentRoot = $"ASPNETCORE_TEST_CONTENTROOT_{CompiledProgram.Name}";

    private readonly ScratchFolder _folder = new();

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 2)]
    public async Task The_tests_on_the_page_pass(int block, int count)
    {
        Environment.SetEnvironmentVariable(ContentRoot.ToUpperInvariant(), _folder.Path);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, $"{CompiledProgram.Name}.deps.json"), "{}"); // of a built project
        CompiledProgram program = CompiledProgram.Compile(CodeBlock.Read(Packages.ReadmeOf("TrustedApps.Testing"), "csharp")[block].Code);
        MethodInfo[] tests = [.. program.Types.SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(FactAttribute)))];

        foreach (MethodInfo test in tests) await RunAsync(test);

        Assert.Equal(count, tests.Length);
    }

    [Fact]
    public void A_newcomer_writes_three_lines_for_a_factory_and_one_for_a_client()
    {
        string[] lines = CodeBlock.Read(Packages.ReadmeOf("TrustedApps.Testing"), "csharp")[0].Code.Split('\n');
        int start = Array.FindIndex(lines, line => line.Contains("class TrackerFactory", StringComparison.Ordinal));
        int end = Array.IndexOf(lines, "}", start);

        Assert.Equal(3, lines[start..end].Count(line => line.Trim().Length > 1));
        Assert.Single(lines, line => line.Contains("CreateTrustedClient(\"fred\", options => options.ApplicationId", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    // As xUnit does it: a new instance for each test, with its fixture.
    private static async Task RunAsync(MethodInfo test)
    {
        ConstructorInfo constructor = test.DeclaringType!.GetConstructors().Single();
        object?[] fixtures = [.. constructor.GetParameters().Select(parameter => Activator.CreateInstance(parameter.ParameterType))];
        object instance = constructor.Invoke(fixtures);
        try
        {
            await (Task)test.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, [], null)!;
        }
        finally
        {
            foreach (IAsyncDisposable owned in fixtures.Append(instance).OfType<IAsyncDisposable>()) await owned.DisposeAsync();
        }
    }
}
