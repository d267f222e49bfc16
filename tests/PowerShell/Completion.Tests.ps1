BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force

    # What is offered at the end of a line.
    function Get-Completion([string] $Line) {
        @((TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches)
    }
}

Describe 'Completion of -RateLimit' {
    It 'offers rate limits, of which each is one that is read: <Command>' -ForEach @(
        @{ Command = 'Invoke-ConcurrentBatch { $_ }' }
        @{ Command = 'New-BatchThrottle' }
    ) {
        $texts = (Get-Completion "$Command -RateLimit ").CompletionText
        $texts | Should -Contain "'10/s'"
        $texts | Should -Contain "'10/min'"
        foreach ($text in $texts) {
            { New-BatchThrottle -RateLimit ([scriptblock]::Create($text).Invoke()[0]) } | Should -Not -Throw
        }
    }

    It 'keeps the number that was typed: <Typed>' -ForEach @(
        @{ Typed = '600' }
        @{ Typed = "'600" }
        @{ Typed = "'600/m" }
    ) {
        (Get-Completion "New-BatchThrottle -RateLimit $Typed").CompletionText | Should -Contain "'600/min'"
    }

    It 'says in words what each means' {
        (Get-Completion 'New-BatchThrottle -RateLimit 5')[0].ToolTip | Should -BeLike '5 in every *'
    }
}

Describe 'Completion of -Function' {
    BeforeAll {
        function global:Get-BatchOpsCompletionTest { }
        function global:Get-BatchOpsCompletionOther { }
        filter global:Select-BatchOpsCompletionTest { $_ }
        function global:'Odd name''s BatchOps test' { }
    }

    AfterAll {
        Remove-Item function:Get-BatchOpsCompletion*, function:Select-BatchOpsCompletion*, 'function:Odd name*'
    }

    It 'offers the functions and filters of the session that start so' {
        (Get-Completion 'Invoke-ConcurrentBatch { $_ } -Function Get-BatchOpsCompl').CompletionText | Should -Be 'Get-BatchOpsCompletionOther', 'Get-BatchOpsCompletionTest'
        (Get-Completion 'Invoke-ConcurrentBatch { $_ } -Function Select-BatchOps').CompletionText | Should -Be 'Select-BatchOpsCompletionTest'
    }

    It 'offers no cmdlets and no aliases' {
        (Get-Completion 'Invoke-ConcurrentBatch { $_ } -Function Get-ChildIt').CompletionText | Should -Not -Contain 'Get-ChildItem'
    }

    It 'goes on after a comma' {
        (Get-Completion 'Invoke-ConcurrentBatch { $_ } -Function a, Get-BatchOpsCompletionT').CompletionText | Should -Be 'Get-BatchOpsCompletionTest'
    }

    It 'quotes a name that needs it' {
        (Get-Completion 'Invoke-ConcurrentBatch { $_ } -Function Odd').CompletionText | Should -Be "'Odd name''s BatchOps test'"
    }

    It 'offers nothing for a name that there is not' {
        # PowerShell itself falls back to file names; there is none of that name either.
        Get-Completion 'Invoke-ConcurrentBatch { $_ } -Function Get-BatchOpsNoSuch' | Should -BeNullOrEmpty
    }
}

Describe 'Completion of -Variable' {
    It 'offers the variables of the scope' {
        $global:batchOpsCompletionVariable = 1
        try { (Get-Completion 'Invoke-ConcurrentBatch { $_ } -Variable batchOpsCompl').CompletionText | Should -Be 'batchOpsCompletionVariable' }
        finally { Remove-Variable batchOpsCompletionVariable -Scope Global }
    }

    It 'takes what was typed literally' {
        Get-Completion 'Invoke-ConcurrentBatch { $_ } -Variable [hH]os' | Should -BeNullOrEmpty
    }
}

Describe 'Completion of -Module' {
    It 'offers the modules that can be imported, each once' {
        $texts = (Get-Completion 'Invoke-ConcurrentBatch { $_ } -Module Microsoft.PowerShell.U').CompletionText
        $texts | Should -Be 'Microsoft.PowerShell.Utility'
    }

    It 'finds modules of $env:PSModulePath, of which several versions may be there' {
        $before = $env:PSModulePath
        foreach ($version in '1.0.0', '2.0.0') {
            $null = New-Item -ItemType Directory "$TestDrive/BatchOpsCompletionModule/$version"
            New-ModuleManifest "$TestDrive/BatchOpsCompletionModule/$version/BatchOpsCompletionModule.psd1" -ModuleVersion $version
        }
        try {
            $env:PSModulePath = "$TestDrive"
            (Get-Completion 'Invoke-ConcurrentBatch { $_ } -Module BatchOpsCompl').CompletionText | Should -Be 'BatchOpsCompletionModule'
        }
        finally { $env:PSModulePath = $before }
    }
}
