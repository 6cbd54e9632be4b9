using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.TestSupport;

/// <summary>People whom a web server authenticates: what it reads, and what they send. Each one's password says so.</summary>
internal static class PasswordFile
{
    /// <summary>The file that Apache and nginx read.</summary>
    public static string Of(params IEnumerable<string> people) =>
        string.Concat(people.Select(name => $"{name}:{{SHA}}{Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes(PasswordOf(name))))}\n"));

    /// <summary>The Authorization header of somebody.</summary>
    public static string AuthorizationOf(string name) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{PasswordOf(name)}"));

    private static string PasswordOf(string name) => $"the password of {name}";
}
