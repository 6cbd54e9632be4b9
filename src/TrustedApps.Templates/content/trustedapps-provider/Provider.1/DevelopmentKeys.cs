using TrustedApps.Keys;

namespace Provider._1;

/// <summary>
/// Makes a key file at the first start on a developer's machine. In production, make it once with
/// 'trusted-apps keys new' and keep it: other applications do not trust new keys.
/// </summary>
internal static class DevelopmentKeys
{
    public static void MakeIfMissing(WebApplicationBuilder builder)
    {
        if (builder.Configuration["Authentication:Schemes:TrustedApps:Keys"] is not { } file) return;

        string path = Path.GetFullPath(file, builder.Environment.ContentRootPath);
        if (File.Exists(path)) return;

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ApplicationKeys.Generate("TEMPLATE_ID").Save(path); // only its owner can read it
    }
}
