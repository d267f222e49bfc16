# One copy per session, the last one imported: PowerShell refuses equal cmdlet names from two assemblies.
foreach ($other in Get-Module -Name BatchOps) {
    if ($other.Path -ne $PSCommandPath) { Remove-Module -ModuleInfo $other }
}

# Static .NET calls instead of cmdlets: an import must not wait for another module to be loaded.
$bin = [System.IO.Path]::Combine($PSScriptRoot, 'bin')

# The loader is the host's, so there is one per process, whichever copy of the module brought it.
$loader = 'BatchOps.Loader.ModuleLoadContext' -as [type]
if (-not $loader) {
    $file = [System.IO.Path]::Combine($bin, 'BatchOps.Loader.dll')
    if (-not [System.IO.File]::Exists($file)) {
        throw [System.IO.FileNotFoundException]::new("BatchOps is not built: '$file' is missing. Run 'dotnet build' in the checkout, or import a packed module.", $file)
    }
    $loader = [System.Reflection.Assembly]::LoadFrom($file).GetType('BatchOps.Loader.ModuleLoadContext', $true)
}

$module = Import-Module -Assembly ($loader::LoadModule([System.IO.Path]::Combine($bin, 'lib'))) -PassThru

# PowerShell keeps a nested binary module when its parent is removed, and then imports nothing from it by assembly.
Import-Module -ModuleInfo $module
Export-ModuleMember -Cmdlet *
