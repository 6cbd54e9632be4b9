using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>Log messages, as the sources declare them.</summary>
public sealed class LogMessageTests
{
    [Fact]
    public void No_message_has_a_moment_that_a_formatter_writes_as_a_US_date()
    {
        MethodDeclarationSyntax[] messages = [.. SourceTree.Files.SelectMany(file => file.Syntax.DescendantNodes())
            .OfType<MethodDeclarationSyntax>()
            .Where(method => method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() == "LoggerMessage"))];
        Assert.InRange(messages.Length, 40, 200);
        Assert.Empty(messages.Where(method => method.ParameterList.Parameters.Any(parameter => parameter.Type!.ToString().TrimEnd('?') is "DateTimeOffset" or "DateTime" or "DateOnly")).Select(method => method.Identifier.Text));
    }
}
