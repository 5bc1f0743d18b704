(function(w,d){var q=w.__q=w.__q||[];function on(e,s,f){d.addEventListener(e,function(v){var t=v.target;while(t&&t!==d){
if(t.matches&&t.matches(s)){f(t,v);return}t=t.parentNode}},true)}on('click','[data-share]',function(t,v){v.preventDefault();
q.push(['share',t.getAttribute('data-share')])});on('click','.cookie-banner button',function(t){d.cookie='consent='+
t.value+';path=/;max-age=15552000';var b=d.querySelector('.cookie-banner');if(b){b.hidden=true}});function lazy(){
[].forEach.call(d.querySelectorAll('[data-src]'),function(n){var r=n.getBoundingClientRect();if(r.top<w.innerHeight+400){
n.src=n.getAttribute('data-src');n.removeAttribute('data-src')}})}w.addEventListener('scroll',lazy,{passive:true});lazy();
function ping(){q.push(['alive',Date.now()])}setInterval(ping,15000)})(window,document);
