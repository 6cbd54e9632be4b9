using System.Text.RegularExpressions;

namespace TrustedApps.Packages.Tests.FirstHour;

/// <summary>Does what a transcript says, step by step, in a folder.</summary>
internal sealed class Performance(NewMachine machine, string folder) : IDisposable
{
    private readonly Dictionary<string, Terminal> _terminals = [];
    private readonly Reader _reader = new();

    /// <exception cref="InvalidOperationException">A step had another result. The message has its line.</exception>
    public async Task PlayAsync(IReadOnlyList<Step> steps)
    {
        try
        {
            foreach ((int index, Step step) in steps.Index())
            {
                await (step switch
                {
                    FileStep file => WriteAsync(file),
                    CommandStep command => TypeAsync(command, isShown: index + 1 < steps.Count && steps[index + 1] is OutputStep output && output.Terminal == command.Terminal),
                    OutputStep output => CompareAsync(output),
                    _ => throw new InvalidOperationException($"Line {step.Line}: unknown step."),
                });
            }

            if (_terminals.TryGetValue(Transcript.MainTerminal, out Terminal? main)) await main.EndAsync();
        }
        finally
        {
            foreach (Terminal terminal in _terminals.Values) await terminal.DisposeAsync();
        }
    }

    public void Dispose() => _reader.Dispose();

    private async Task WriteAsync(FileStep file)
    {
        string path = Path.Combine(folder, file.Path);
        if (!Directory.Exists(Path.GetDirectoryName(path))) throw new InvalidOperationException($"Line {file.Line}: {file.Path} is in a folder that does not exist.");
        await File.WriteAllTextAsync(path, _reader.Translate(file.Text), TestContext.Current.CancellationToken);
    }

    // The last command is not awaited if its output is compared: it may be a server.
    private async Task TypeAsync(CommandStep step, bool isShown)
    {
        Terminal terminal = TerminalOf(step.Terminal);
        foreach ((int index, string command) in step.Commands.Index())
        {
            await AtLineAsync(step, () => command == "^C" ? terminal.InterruptAsync() : terminal.TypeAsync(_reader.Translate(command)));
            if (isShown && index + 1 == step.Commands.Count) return;
            await AtLineAsync(step, () => terminal.EndAsync(isAnyShown: true));
        }
    }

    private async Task CompareAsync(OutputStep step)
    {
        Terminal terminal = TerminalOf(step.Terminal);
        Match? shown = await terminal.ShowAsync(isWhole => _reader.ExpressionOf(step.Text, isWhole), Reader.IsOpen(step.Text));
        if (shown is null) throw new InvalidOperationException($"Line {step.Line}: the terminal '{step.Terminal}' shows another text:\n{terminal.Shown}");
        _reader.Learn(shown);
    }

    private static async Task AtLineAsync(Step step, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (InvalidOperationException problem)
        {
            throw new InvalidOperationException($"Line {step.Line}: {problem.Message}", problem);
        }
    }

    private Terminal TerminalOf(string name)
    {
        if (!_terminals.TryGetValue(name, out Terminal? terminal)) _terminals[name] = terminal = new Terminal(machine, folder);
        return terminal;
    }
}
