BeforeAll {
    $root = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")
    $manifest = "$root/BatchOps.psd1"
    $cmdlets = @((Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object)

    # An import shows its worth in a session that has not seen the module.
    function Invoke-Fresh([scriptblock] $Script, [object[]] $ArgumentList = @($manifest)) {
        & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command $Script -args $ArgumentList
    }

    function Copy-Module([string] $Destination) {
        $null = New-Item -ItemType Directory $Destination
        Copy-Item -Recurse "$root/module", $manifest -Destination $Destination
        "$Destination/BatchOps.psd1"
    }
}

Describe 'Manifest' {
    It 'is valid' {
        (Test-ModuleManifest $manifest -ErrorAction Stop).ExportedCmdlets.Keys | Sort-Object | Should -Be $cmdlets
    }

    It 'has the version of the assembly' {
        $version = [Reflection.AssemblyName]::GetAssemblyName("$root/module/bin/lib/BatchOps.dll").Version.ToString(3)
        (Import-PowerShellDataFile $manifest).ModuleVersion | Should -Be $version
    }
}

Describe 'Import' {
    It 'exports the cmdlets of the manifest and nothing else' {
        $commands = Invoke-Fresh { Import-Module $args[0]; (Get-Command -Module BatchOps).Name }
        $commands | Sort-Object | Should -Be $cmdlets
    }

    It 'loads no dependency' {
        # By their place: the host has a Newtonsoft.Json of its own.
        $loaded = Invoke-Fresh { Import-Module $args[0]; [AppDomain]::CurrentDomain.GetAssemblies().Where{ -not $_.IsDynamic }.Location }
        $own = 'BatchOps', 'BatchOps.Engine', 'BatchOps.Slides', 'BatchOps.Pdf', 'BatchOps.Loader'
        $dependencies = (Get-ChildItem "$root/module/bin/lib/*.dll" | Where-Object BaseName -NotIn $own).FullName
        $dependencies | Should -Not -BeNullOrEmpty
        $loaded | Should -Contain ([System.IO.Path]::GetFullPath("$root/module/bin/lib/BatchOps.Engine.dll"))
        $loaded | Where-Object { $_ -in $dependencies } | Should -BeNullOrEmpty
    }

    It 'works again: with -Force twice, after Remove-Module, with a prefix' {
        $counts = Invoke-Fresh {
            Import-Module $args[0]
            foreach ($i in 1, 2) {
                Import-Module $args[0] -Force
                @(Get-Command -Module BatchOps).Count
            }
            Remove-Module BatchOps
            @(Get-Command -Module BatchOps).Count
            Import-Module $args[0]
            @(Get-Command -Module BatchOps).Count
            Import-Module $args[0] -Force -Prefix My
            @(Get-Command -Name *-My* -Module BatchOps).Count
        }
        $counts | Should -Be $cmdlets.Count, $cmdlets.Count, 0, $cmdlets.Count, $cmdlets.Count
    }

    It 'serves a module that uses it privately, whatever the session does with its own import' {
        $names = Invoke-Fresh {
            $manifest = $args[0]
            $null = New-Module -Name User { Import-Module $manifest; function Find-It { (Get-Command Invoke-ConcurrentBatch).Name } }
            Find-It
            @(Get-Command Invoke-ConcurrentBatch -ErrorAction Ignore -Module BatchOps).Count
            Import-Module $manifest -Force
            Find-It
            Remove-Module BatchOps
            Find-It
        }
        $names | Should -Be 'Invoke-ConcurrentBatch', 0, 'Invoke-ConcurrentBatch', 'Invoke-ConcurrentBatch'
    }

    It 'works in several runspaces at once' {
        $names = Invoke-Fresh {
            $manifest = $args[0]
            1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
                Import-Module $using:manifest
                Import-Module $using:manifest -Force
                (Get-Command Invoke-ConcurrentBatch).Name
            }
        }
        $names | Should -Be (@('Invoke-ConcurrentBatch') * 4)
    }

    It 'from another folder: the last one imported is the one that is there' {
        $copy = Copy-Module "$TestDrive/other"
        $locations = Invoke-Fresh -ArgumentList $manifest, $copy {
            $first, $second = $args
            foreach ($each in $first, $second, $first, $second) {
                Import-Module $each
                (Get-Command Invoke-ConcurrentBatch).ImplementingType.Assembly.Location
            }
            @(Get-Module BatchOps).Count
        }
        $here, $there = $manifest, $copy | ForEach-Object { [System.IO.Path]::GetFullPath("$_/../module/bin/lib/BatchOps.dll") }
        $locations | Should -Be $here, $there, $here, $there, 1
    }

    It 'Trap: DiagnosticSource loaded in the module''s own context: here it is the host''s, so that listeners hear it' {
        $own = [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext((Import-Module $manifest -PassThru).ExportedCmdlets['Invoke-ConcurrentBatch'].ImplementingType.Assembly)
        $own | Should -Not -Be ([System.Runtime.Loader.AssemblyLoadContext]::Default)
        $own.LoadFromAssemblyName('System.Diagnostics.DiagnosticSource') | Should -Be ([System.Diagnostics.ActivitySource].Assembly)
        "$root/module/bin/lib/System.Diagnostics.DiagnosticSource.dll" | Should -Not -Exist
    }

    It 'Trap: assembly conflicts with other modules: lives beside another version of a dependency that was loaded first' {
        $other = Get-ChildItem "$root/tests/BatchOps.Loader.Tests/bin/*/*/other/Polly.Core.dll" -ErrorAction Ignore | Select-Object -First 1
        if (-not $other) { Set-ItResult -Skipped -Because 'BatchOps.Loader.Tests is not built'; return }
        $versions = Invoke-Fresh -ArgumentList $manifest, $other.FullName {
            $first = [System.Reflection.Assembly]::LoadFrom($args[1])
            Import-Module $args[0]
            $own = [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext((Get-Command Invoke-ConcurrentBatch).ImplementingType.Assembly)
            $second = $own.LoadFromAssemblyName('Polly.Core')
            foreach ($polly in $first, $second) {
                $null = $polly.GetType('Polly.ResiliencePipelineBuilder')::new()
                [System.Diagnostics.FileVersionInfo]::GetVersionInfo($polly.Location).FileVersion
            }
        }
        $versions | Should -HaveCount 2
        $versions[0] | Should -Not -Be $versions[1]
    }

    It 'says what to do when the checkout is not built' {
        $copy = Copy-Module "$TestDrive/unbuilt"
        Remove-Item -Recurse "$TestDrive/unbuilt/module/bin"
        $message = Invoke-Fresh -ArgumentList $copy { try { Import-Module $args[0] } catch { $_.Exception.Message } }
        $message | Should -BeLike "BatchOps is not built: *Run 'dotnet build'*"
    }
}

Describe 'Pack' {
    BeforeAll {
        $dotnet = Get-Command dotnet -CommandType Application -ErrorAction Ignore | Select-Object -First 1
        if ($dotnet) {
            # What is staged is packed as it is: a test must not rebuild what other tests are using.
            $log = & $dotnet pack "$root/build/Pack.proj" --nologo -p:StageFirst=false "-p:PackDirectory=$TestDrive/out/" 2>&1
            if ($LASTEXITCODE -ne 0) { throw ($log -join "`n") }
        }
    }

    BeforeEach {
        if (-not $dotnet) { Set-ItResult -Skipped -Because 'there is no dotnet on PATH' }
    }

    It 'leaves a folder, a zip and a nupkg that import from any place' {
        [System.IO.Compression.ZipFile]::ExtractToDirectory((Get-Item "$TestDrive/out/BatchOps.*.zip"), "$TestDrive/zip")
        [System.IO.Compression.ZipFile]::ExtractToDirectory((Get-Item "$TestDrive/out/BatchOps.*.nupkg"), "$TestDrive/nupkg/BatchOps")

        foreach ($folder in "$TestDrive/out", "$TestDrive/zip", "$TestDrive/nupkg") {
            $found = Invoke-Fresh -ArgumentList $folder {
                $env:PSModulePath = $args[0]
                Import-Module BatchOps
                (Get-Command -Module BatchOps).Name
                (Get-Module BatchOps).ModuleBase
            }
            $found | Should -Be ($cmdlets + (Get-Item "$folder/BatchOps").FullName)
        }
    }

    It 'holds what a user needs and nothing of the checkout' {
        $files = Get-ChildItem "$TestDrive/out/BatchOps" -Recurse -File | ForEach-Object { [System.IO.Path]::GetRelativePath("$TestDrive/out/BatchOps", $_.FullName).Replace('\', '/') }
        'BatchOps.psd1', 'LICENSE', 'module/BatchOps.psm1', 'module/bin/BatchOps.Loader.dll', 'module/bin/lib/BatchOps.dll' | Should -BeIn $files
        $files | Should -Not -Match '(\.cs|\.csproj|/obj/.*)$'
    }
}
