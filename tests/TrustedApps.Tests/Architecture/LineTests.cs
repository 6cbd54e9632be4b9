using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rule 8: lines of code have at most 120 columns. The text of string literals does not count, nor does a reference in a comment, which cannot be broken.</summary>
public class LineTests
{
    private const int MaxColumns = 120;

    [Fact]
    public void No_line_of_code_is_too_long() => Assert.Empty(SourceTree.Files.SelectMany(file =>
        TooLongIn(file.Syntax.SyntaxTree).Select(line => $"{file}:{line.LineNumber + 1}")));

    [Theory]
    [InlineData(120, "null", false)]
    [InlineData(121, "null", true)]
    [InlineData(110, "\"a text of thirty characters...\"", false)]
    [InlineData(110, "\"\"\"a text of thirty characters\"\"\"", false)]
    [InlineData(100, "$\"a text of {thirty} and more characters\"", false)]
    [InlineData(121, "\"a text\"", true)]
    public void Only_text_makes_a_line_longer(int columns, string value, bool isTooLong)
    {
        string start = "class A { object? _", end = $" = {value}; }}";
        string code = start + new string('a', columns - start.Length - (value == "null" ? end.Length : 6)) + end;
        Assert.Equal(isTooLong, TooLongIn(CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken)).Any());
    }

    [Theory]
    [InlineData("// {0}", true)]
    [InlineData("/// a {0}", true)]
    [InlineData("/// <see cref=\"{0}\"/>.", false)]
    [InlineData("/// <see cref=\"{0}\"/> and more.", true)]
    public void A_comment_counts_unless_it_is_one_reference(string comment, bool isTooLong)
    {
        string code = string.Format(CultureInfo.InvariantCulture, comment, new string('a', 121)) + "\nclass A { }";
        Assert.Equal(isTooLong, TooLongIn(CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken)).Any());
    }

    private static IEnumerable<TextLine> TooLongIn(SyntaxTree tree)
    {
        ILookup<int, SyntaxToken> texts = tree.GetRoot().DescendantTokens()
            .Where(IsText)
            .ToLookup(token => tree.GetLineSpan(token.Span).StartLinePosition.Line);
        return tree.GetText().Lines.Where(line =>
        {
            string all = line.ToString();
            bool isReference = all.TrimStart().StartsWith("/// <see cref=", StringComparison.Ordinal)
                && all.LastIndexOf(' ') < all.IndexOf("cref=", StringComparison.Ordinal);
            int text = texts[line.LineNumber].Sum(token => token.Span.Intersection(line.Span)?.Length ?? 0);
            return !isReference && all.Length - text > MaxColumns && !IsInsideText(tree, line);
        });
    }

    // Of a text of many lines, which begins before this one.
    private static bool IsInsideText(SyntaxTree tree, TextLine line) =>
        IsText(tree.GetRoot().FindToken(line.Start)) && tree.GetRoot().FindToken(line.Start).SpanStart < line.Start;

    private static bool IsText(SyntaxToken token) => token.Kind() is SyntaxKind.StringLiteralToken
        or SyntaxKind.Utf8StringLiteralToken
        or SyntaxKind.InterpolatedStringTextToken
        or SyntaxKind.SingleLineRawStringLiteralToken
        or SyntaxKind.MultiLineRawStringLiteralToken
        or SyntaxKind.Utf8SingleLineRawStringLiteralToken
        or SyntaxKind.Utf8MultiLineRawStringLiteralToken;
}
