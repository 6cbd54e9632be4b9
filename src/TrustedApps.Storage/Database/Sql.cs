using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace TrustedApps.Storage.Database;

/// <summary>
/// SQL as an interpolated string. Each value in it becomes a parameter of the command, never a part of the text: only
/// types that a parameter can carry compile.
/// </summary>
[InterpolatedStringHandler]
internal sealed partial class Sql
{
    private readonly List<object> _parts;

    /// <summary>Begins an interpolated string; the compiler calls it.</summary>
    public Sql(int literalLength, int formattedCount) => _parts = new List<object>((2 * formattedCount) + 1);

    public void AppendLiteral(string text) => _parts.Add(text);

    public void AppendFormatted(long number) => _parts.Add(new Value(System.Data.DbType.Int64, number));

    public void AppendFormatted(string? text) => _parts.Add(new Value(System.Data.DbType.String, text));

    public void AppendFormatted(byte[] bytes) => _parts.Add(new Value(System.Data.DbType.Binary, bytes));

    /// <summary>
    /// A moment is a number of milliseconds since 1970 in both databases: it sorts, and no time zone changes it.
    /// </summary>
    public void AppendFormatted(DateTimeOffset? moment) =>
        _parts.Add(new Value(System.Data.DbType.Int64, moment?.ToUnixTimeMilliseconds()));

    public void AppendFormatted(SqlFragment fragment) => _parts.Add(fragment.Text);

    public void AppendFormatted(SqlList list) => _parts.Add(list);

    /// <summary>Writes the command for a connection, in the dialect of its database.</summary>
    public DbCommand ToCommand(DbConnection connection)
    {
        DbCommand command = connection.CreateCommand();
        var text = new StringBuilder();
        foreach (object part in _parts)
        {
            if (part is string literal) text.Append(literal);
            else if (part is Value value) text.Append(Add(command, value));
            else Append(text, command, (SqlList)part);
        }

        command.CommandText = text.ToString();
        return command;
    }

    // One parameter for the whole list: the number of parameters of a statement is limited.
    private static void Append(StringBuilder text, DbCommand command, SqlList list)
    {
        if (command is NpgsqlCommand)
        {
            text.Append("= ANY(@p").Append(command.Parameters.Count).Append(')');
            command.Parameters.Add(new NpgsqlParameter<string[]>($"p{command.Parameters.Count}", list.Texts));
            return;
        }

        string json = JsonSerializer.Serialize(list.Texts, ListJson.Default.StringArray);
        text.Append("IN (SELECT value FROM json_each(")
            .Append(Add(command, new Value(System.Data.DbType.String, json)))
            .Append("))");
    }

    private static string Add(DbCommand command, Value value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = $"@p{command.Parameters.Count}";
        (parameter.DbType, parameter.Value) = (value.Type, value.Content ?? DBNull.Value);
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }

    private sealed record Value(System.Data.DbType Type, object? Content);

    [JsonSerializable(typeof(string[]))]
    private sealed partial class ListJson : JsonSerializerContext;
}

/// <summary>
/// A part of a statement that this program defines, such as a list of columns. Never made of a value.
/// </summary>
/// <param name="Text">The SQL.</param>
internal readonly record struct SqlFragment(string Text);

/// <summary>Follows a column in a condition: the column equals one of these texts.</summary>
/// <param name="Texts">The texts; any number.</param>
internal sealed record SqlList(string[] Texts);
