namespace TrustedApps.Tool;

/// <summary>Input that the tool refuses; the message is for people.</summary>
internal sealed class BadInputException(string message) : Exception(message)
{
    /// <summary>Passes typed values and files to the library, and reports its exceptions as bad input.</summary>
    public static T Check<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (ArgumentException mistake)
        {
            throw From(mistake);
        }
        catch (InvalidOperationException outOfTurn)
        {
            throw new BadInputException(outOfTurn.Message);
        }
    }

    /// <summary>Does the same with an asynchronous use.</summary>
    public static async Task<T> CheckAsync<T>(Func<ValueTask<T>> use)
    {
        try
        {
            return await use().ConfigureAwait(false);
        }
        catch (ArgumentException mistake)
        {
            throw From(mistake);
        }
        catch (InvalidOperationException outOfTurn)
        {
            throw new BadInputException(outOfTurn.Message);
        }
    }

    /// <summary>Returns the library's message about a value, without the name of a parameter.</summary>
    public static BadInputException From(ArgumentException mistake) =>
        new(mistake.Message.Replace($" (Parameter '{mistake.ParamName}')", "", StringComparison.Ordinal));
}
