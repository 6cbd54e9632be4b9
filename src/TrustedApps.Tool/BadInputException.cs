namespace TrustedApps.Tool;

/// <summary>Input that the tool refuses; the message is for people.</summary>
internal sealed class BadInputException(string message) : Exception(message)
{
    /// <summary>Hands typed values and files to the library, where it is for the library to say what is wrong with them.</summary>
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

    /// <summary>The same for what completes later.</summary>
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

    /// <summary>What the library says of a value, without the name of a parameter that nobody typed.</summary>
    public static BadInputException From(ArgumentException mistake) =>
        new(mistake.Message.Replace($" (Parameter '{mistake.ParamName}')", "", StringComparison.Ordinal));
}
