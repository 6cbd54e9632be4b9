using System.Text;
using Spectre.Console;

namespace TrustedApps.Tool;

/// <summary>
/// The streams of the process, or those of a test. Output for programs is bytes; text for people is UTF-8 without a
/// byte order mark, with LF line ends.
/// </summary>
internal sealed class Terminal(
    Stream input,
    Stream output,
    Stream error,
    bool isOutputScreen = false,
    bool isErrorScreen = false,
    bool isKeyboard = false
)
{
    private const int MaxAnswer = 1024; // bytes; an application id has 255 characters at most
    private const int MaxLength = 65_536; // bytes; certificates, keys and header values have a few thousand

    /// <summary>Standard output, for programs.</summary>
    public Stream Output { get; } = output;

    /// <summary>Standard output, for people.</summary>
    public IAnsiConsole People { get; } = ConsoleOutput.Create(output, isOutputScreen);

    /// <summary>Standard error.</summary>
    public IAnsiConsole Errors { get; } = ConsoleOutput.Create(error, isErrorScreen);

    public static Terminal Open() => new(
        Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError(),
        !Console.IsOutputRedirected, !Console.IsErrorRedirected, !Console.IsInputRedirected);

    public void WriteError(string message)
    {
        Errors.Markup("[red]trusted-apps:[/] ");
        Errors.WriteLine(ConsoleOutput.ToPlain(message));
    }

    /// <summary>Whether the console is a terminal with a keyboard.</summary>
    public bool CanAsk(IAnsiConsole console) => isKeyboard && console.Profile.Out.IsTerminal;

    /// <summary>
    /// Asks, and returns the line that is typed, without blanks around it; empty at the end of the input.
    /// </summary>
    public async Task<string> AskAsync(IAnsiConsole console, string question, CancellationToken cancellationToken)
    {
        console.Write(new Spectre.Console.Text(ConsoleOutput.ToPlain(question) + " "));
        var answer = new List<byte>();
        byte[] next = new byte[1];
        while (
            answer.Count < MaxAnswer
            && await input.ReadAsync(next, cancellationToken).ConfigureAwait(false) > 0
            && next[0] != '\n'
        )
        {
            answer.Add(next[0]);
        }

        return Encoding.UTF8.GetString([.. answer]).Trim();
    }

    /// <summary>Opens a file, or standard input for <c>-</c>.</summary>
    public Stream OpenInput(string file) =>
        file == "-"
            ? input
            : new FileStream(
                file,
                new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan }
            );

    /// <summary>Reads a file of any length, or standard input for <c>-</c>, to its end.</summary>
    public async Task<byte[]> ReadAllAsync(string file, CancellationToken cancellationToken)
    {
        Stream stream = OpenInput(file);
        await using (stream.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.ToArray();
        }
    }

    /// <summary>Reads a small file, or standard input for <c>-</c>, to its end.</summary>
    public async Task<byte[]> ReadInputAsync(string file, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MaxLength + 1];
        Stream stream = OpenInput(file);
        await using (stream.ConfigureAwait(false))
        {
            int length = await stream
                .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            if (length > MaxLength) throw new BadInputException($"{file} has more than 65,536 bytes.");
            return buffer[..length];
        }
    }
}
