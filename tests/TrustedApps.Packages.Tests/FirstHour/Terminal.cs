using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TrustedApps.Packages.Tests.FirstHour;

/// <summary>A shell in a process group of its own, as each window of a terminal has it.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private const string Done = "\u0001done"; // no command writes it

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

    private readonly StringBuilder _shown = new();
    private readonly Process _shell;
    private bool _isRunning;
    private bool _isOpen;
    private int _exitCode;

    public Terminal(NewMachine machine, string folder)
    {
        ProcessStartInfo start = Command.Prepare(machine.Environment, folder, "setsid", ["env", "--default-signal=INT", "bash", "--noprofile", "--norc"]);
        start.RedirectStandardError = false;
        _shell = Process.Start(start)!;
        _shell.StandardInput.AutoFlush = true;
        _shell.StandardInput.Write("exec 2>&1\ntrap : INT\n"); // Ctrl+C is for what runs in it
    }

    /// <summary>What it has shown since it was last compared.</summary>
    public string Shown => _shown.ToString();

    /// <summary>Types a command, when the one before has ended.</summary>
    public async Task TypeAsync(string command)
    {
        await EndAsync();
        _isRunning = true;
        await _shell.StandardInput.WriteAsync($"{{ {command}\n}} < /dev/null; printf '{Done} %s\\n' $?\n");
    }

    /// <summary>Waits until the command has ended.</summary>
    /// <param name="isAnyShown">Whether nothing that it shows is compared.</param>
    /// <exception cref="InvalidOperationException">It failed, or has shown more than was compared.</exception>
    public async Task EndAsync(bool isAnyShown = false)
    {
        while (_isRunning) await ReadAsync();
        if (_exitCode != 0) throw new InvalidOperationException($"The command ended with {_exitCode}:\n{Shown}");
        if (!isAnyShown && !_isOpen && !string.IsNullOrWhiteSpace(Shown)) throw new InvalidOperationException($"The command shows more than the text:\n{Shown}");
        Clear();
    }

    /// <summary>
    /// Waits until it shows a text. The text of a command that ends must be all that it shows; the text of a server only
    /// the beginning.
    /// </summary>
    /// <param name="textOf">Returns the expression of all that is shown, or of the beginning.</param>
    /// <param name="isOpen">Whether more may follow.</param>
    /// <returns>The match; null if the command ended and showed another text.</returns>
    public async Task<Match?> ShowAsync(Func<bool, Regex> textOf, bool isOpen)
    {
        _isOpen = isOpen;
        while (true)
        {
            Match match = textOf(!_isRunning).Match(Shown);
            if (match.Success)
            {
                _shown.Remove(0, match.Length);
                return match;
            }

            if (!_isRunning) return null;
            await ReadAsync();
        }
    }

    /// <summary>Presses Ctrl+C, and waits until the command has ended.</summary>
    public async Task InterruptAsync()
    {
        await SignalAsync("INT");
        while (_isRunning) await ReadAsync();
        _exitCode = 0; // whatever it is
        Clear();
    }

    /// <summary>Forgets what it has shown.</summary>
    public void Clear() => _shown.Clear();

    public async ValueTask DisposeAsync()
    {
        await SignalAsync("KILL");
        await _shell.WaitForExitAsync(CancellationToken.None);
        _shell.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", "--", $"-{_shell.Id}"]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    private async Task ReadAsync()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(_patience);
        char[] next = new char[4096];
        int length;
        try
        {
            length = await _shell.StandardOutput.ReadAsync(next, end.Token);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"The terminal shows:\n{Shown}", late);
        }

        if (length == 0) throw new InvalidOperationException($"The shell has ended:\n{Shown}");
        _shown.Append(next, 0, length);
        Match done = Regex.Match(Shown, $"{Done} (?<code>[0-9]+)\n", RegexOptions.None, TimeSpan.FromSeconds(1));
        if (!done.Success) return;

        _exitCode = int.Parse(done.Groups["code"].ValueSpan, CultureInfo.InvariantCulture);
        _shown.Remove(done.Index, done.Length);
        _isRunning = false;
    }
}
