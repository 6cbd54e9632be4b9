using System.CommandLine.Parsing;

namespace TrustedApps.Tool.Commands;

/// <summary>The options that describe a request.</summary>
internal sealed class RequestSymbols
{
    private readonly Option<string> _user = new("--user")
    {
        Description =
            "The user on whose behalf the request is made. Version 4: leave it out for the application itself.",
        HelpName = "U",
    };

    private readonly Option<string> _url = new("--url")
    {
        Description =
            "The URL exactly as it will be requested. Version 4 binds path and query, and --base the rest; older versions sign all of it.",
        HelpName = "URL",
        Required = true,
    };

    private readonly Option<string> _method = new("--method")
    {
        Description = "The request method. Older versions than 4 do not sign it.",
        HelpName = "M",
        DefaultValueFactory = _ => "GET",
    };

    private readonly FileOption _content = new(
        "--content",
        "Version 4: a file with the content, exactly as sent; - for standard input. Default: no content.",
        required: false
    );

    private readonly Option<string> _contentType = new("--content-type")
    {
        Description = "Version 4: the Content-Type field value, exactly as sent. Default: the request has none.",
        HelpName = "T",
    };

    private readonly Option<string[]> _actors = new("--act")
    {
        Description =
            "Version 4: the id of an application that asked for this in the user's name. Repeatable, the one that asked this consumer first.",
        HelpName = "ID",
    };

    private readonly Option<string[]> _scopes = new("--scope")
    {
        Description =
            "Version 4: a scope that the request is narrowed to. Repeatable. Default: all that the trust allows.",
        HelpName = "NAME",
    };

    private readonly HeaderOption _boundHeaders = new(
        "--bind-header",
        "Version 4: a further header that is bound, exactly as sent. Repeatable."
    );

    private readonly Option<bool> _requireProof = new("--require-proof")
    {
        Description = "Version 4: demand a proof of the response. 'trusted-apps proof' checks it.",
    };

    public void AddTo(Command command)
    {
        command.Add(_user);
        command.Add(_url);
        command.Add(_method);
        command.Add(_content);
        command.Add(_contentType);
        command.Add(_actors);
        command.Add(_scopes);
        command.Add(_boundHeaders);
        command.Add(_requireProof);
    }

    /// <summary>Whether the command line names a user.</summary>
    public bool HasUser(CommandResult result) => result.GetValue(_user) is not null;

    /// <summary>The options on the command line that only version 4 knows.</summary>
    public IEnumerable<Option> OfVersion4 => [_content, _contentType, _actors, _scopes, _boundHeaders, _requireProof];

    public string UrlOf(ParseResult parsed) => parsed.GetRequiredValue(_url);

    public async Task<OutgoingRequest> ReadAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        byte[] content = parsed.GetValue(_content) is { } file
            ? await terminal.ReadAllAsync(file, cancellationToken).ConfigureAwait(false)
            : [];
        return new OutgoingRequest
        {
            Url = UrlOf(parsed),
            Method = parsed.GetRequiredValue(_method),
            User = parsed.GetValue(_user),
            Content = ContentBinding.Of(content, parsed.GetValue(_contentType)),
            Actors = parsed.GetValue(_actors) ?? [],
            Scopes = parsed.GetValue(_scopes) ?? [],
            BoundHeaders = _boundHeaders.Read(parsed),
            RequireResponseProof = parsed.GetValue(_requireProof),
        };
    }
}
